using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Tests.Embedded;

/// <summary>A page that ends early must be the page that it would have been, and its column must not take the memory of another one's.</summary>
public class EarlyPageTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void PagesThatEndEarlyAreThoseThatEndTogether(int seed)
    {
        var random = new Random(seed);
        var early = Columns(new SegmentBuffers());
        var together = Columns(new SegmentBuffers());
        for (int page = 0; page < 20; page++)
        {
            for (int column = 0; column < early.Length; column++)
            {
                long[] values = [.. Enumerable.Range(0, random.Next(3) == 0 ? 0 : random.Next(1, 5000)).Select(_ => random.NextInt64(-100, 1L << random.Next(7, 63)))];
                values.CopyTo(early[column].Reserve(values.Length));
                values.CopyTo(together[column].Reserve(values.Length));
                if (random.Next(3) > 0)
                {
                    early[column].EndPageNow();
                }
            }
            Array.ForEach(early, static column => column.EndPage());
            Array.ForEach(together, static column => column.EndPage());
        }
        for (int column = 0; column < early.Length; column++)
        {
            Assert.Equal(20, early[column].Pages.Count);
            Assert.Equal(together[column].Pages, early[column].Pages);
            Assert.Equal(together[column].Bytes.Select(page => page.ToArray()), early[column].Bytes.Select(page => page.ToArray()));
        }
    }

    private static ColumnWriter[] Columns(SegmentBuffers buffers) =>
        [.. Enumerable.Range(0, 4).Select(_ => new ColumnWriter(ColumnRole.Flags, OwnerKind.Span, buffers))];
}
