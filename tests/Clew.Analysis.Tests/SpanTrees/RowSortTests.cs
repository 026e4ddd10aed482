using Clew.Analysis.SpanTrees;

namespace Clew.Analysis.Tests.SpanTrees;

/// <summary>Sorting by keys is a short cut: it must end where the sort by the whole order ends, equal keys included.</summary>
public class RowSortTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SortedByKeyIsSortedByTheOrder(bool isWhole)
    {
        var random = new Random(5);
        for (int round = 0; round < 2_000; round++)
        {
            int count = random.Next(0, 60); // on both sides of the length up to which keys are copied
            ulong[] keys = [.. Enumerable.Range(0, count).Select(_ => (ulong)random.NextInt64(1 + random.Next(100)) << random.Next(63))];
            int[] ties = [.. Enumerable.Range(0, count).Select(_ => isWhole ? 0 : random.Next(3))];
            int[] rows = [.. Enumerable.Range(0, count)];
            random.Shuffle(rows);
            int[] expected = [.. rows.OrderBy(row => keys[row]).ThenBy(row => ties[row])]; // stable

            RowSort.SortByKey(rows, new int[count], keys, new Order(keys, ties), isWhole);

            // Where the order decides among equal keys it is all that counts: what is equal in it, too, may stand either way.
            Assert.Equal(expected.Select(row => (keys[row], ties[row])), rows.Select(row => (keys[row], ties[row])));
            if (isWhole)
            {
                Assert.Equal(expected, rows);
            }
        }
    }

    private readonly struct Order(ulong[] keys, int[] ties) : IComparer<int>
    {
        public int Compare(int a, int b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : ties[a].CompareTo(ties[b]);
    }
}
