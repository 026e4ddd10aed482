using Shop.Database;

namespace Clew.Shop.Tests.Database;

public sealed class IndexAgainstScanTests
{
    private const int Keys = 7;
    private readonly PageReader free = new(DatabaseTiming.FromMilliseconds(0, 0), TimeProvider.System);

    private sealed record Row(int Key, string[] Words, int Version);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task SeekFindsWhatAScanFindsWhateverWasDoneBefore(int seed)
    {
        var random = new Random(seed);
        var table = new Table<Row>(capacity: 40, rowsPerPage: 8);
        var byKey = table.AddIndex(row => row.Key);
        var byWord = table.AddManyIndex(row => row.Words);
        for (int step = 0; step < 600; step++)
        {
            long somewhere = random.Next(0, step + 1);
            switch (random.Next(4))
            {
                case 0:
                    table.Remove(somewhere);
                    break;
                case 1:
                    table.Replace(somewhere, row => Make(random, row.Version + 1));
                    break;
                default:
                    table.Insert(Make(random, 0));
                    break;
            }

            int key = random.Next(Keys);
            int newest = random.Next(1, 6);
            Assert.Equal(await table.ScanAsync(row => row.Key == key, free), await byKey.SeekAsync(key, free));
            Assert.Equal(await table.ScanAsync(row => row.Key == key, free, newest), await byKey.SeekAsync(key, free, newest));
            string word = $"w{random.Next(Keys)}";
            Assert.Equal(await table.ScanAsync(row => row.Words.Contains(word), free), await byWord.SeekAsync(word, free));
            Assert.Equal((await table.ScanAsync(_ => true, free)).Count, table.Count);
            Assert.True(table.Count <= 40);
        }
    }

    [Fact]
    public async Task PastItsCapacityTheOldestRowMakesRoomInTableAndIndex()
    {
        var table = new Table<Row>(capacity: 3);
        var byKey = table.AddIndex(row => row.Key);
        for (int key = 0; key < 5; key++)
            table.Insert(new Row(key, [], 0));

        Assert.Equal([2, 3, 4], (await table.ScanAsync(_ => true, free)).Select(row => row.Row.Key));
        Assert.Empty(await byKey.SeekAsync(1, free));
        Assert.Null(byKey.Find(1));
        Assert.Equal(4, byKey.Find(4));
    }

    [Fact]
    public async Task AScanReadsEveryPageAndASeekOnlyThoseOfItsRows()
    {
        var table = new Table<Row>(capacity: 10_000, rowsPerPage: 100);
        var byKey = table.AddIndex(row => row.Key);
        for (int row = 0; row < 10_000; row++)
            table.Insert(new Row(row % 1_000, [], 0));

        var scanned = new PageReader(DatabaseTiming.FromMilliseconds(0, 0), TimeProvider.System);
        var sought = new PageReader(DatabaseTiming.FromMilliseconds(0, 0), TimeProvider.System);
        Assert.Equal(
            await table.ScanAsync(row => row.Key == 17, scanned, newest: 5),
            await byKey.SeekAsync(17, sought, newest: 5));
        Assert.Equal(100, scanned.PagesRead);
        Assert.InRange(sought.PagesRead, 5, 10);
    }

    [Fact]
    public void AnIndexCannotBeAddedToATableThatHasRows()
    {
        var table = new Table<Row>(capacity: 3);
        table.Insert(new Row(1, [], 0));
        Assert.Throws<InvalidOperationException>(() => table.AddIndex(row => row.Key));
    }

    private static Row Make(Random random, int version)
        => new(random.Next(Keys), [.. Enumerable.Range(0, random.Next(4)).Select(_ => $"w{random.Next(Keys)}").Distinct()], version);
}
