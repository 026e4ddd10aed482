namespace Clew.Storage.Tests.Embedded;

/// <summary>What earlier processes left behind.</summary>
public sealed class StoreRecoveryTests
{
    [Fact]
    public async Task LeftoversAreRemoved()
    {
        var files = new MemoryFileLayer();
        var expected = await FillAsync(files);
        string segment = Segments(files)[0];
        files[Path.Combine(Path.GetDirectoryName(segment)!, "00000000ffff-0.seg")] = files[segment];
        files[segment + ".tmp"] = [1, 2, 3];
        files[Path.Combine(StoreProbe.Root, "MANIFEST.tmp")] = [1];
        int before = Segments(files).Count;
        await using var store = StoreProbe.Open(files);
        Assert.Equal(before - 1, Segments(files).Count);
        Assert.DoesNotContain(files.Paths, path => path.EndsWith(".tmp", StringComparison.Ordinal));
        Assert.Equal(expected, await StoreProbe.LinesAsync(store));
        Assert.Empty(store.GetStatistics().Problems);
    }

    [Fact]
    public async Task AMissingManifestIsRebuiltFromCompleteAppends()
    {
        var files = new MemoryFileLayer();
        var expected = await FillAsync(files);
        files.Delete(Path.Combine(StoreProbe.Root, "MANIFEST"));
        await using (var store = StoreProbe.Open(files))
        {
            Assert.Equal(expected, await StoreProbe.LinesAsync(store));
            Assert.Single(store.GetStatistics().Problems);
        }

        // The last append lacks one of its segments: it never became visible.
        files.Delete(Path.Combine(StoreProbe.Root, "MANIFEST"));
        string last = Segments(files).MaxBy(path => Path.GetFileName(path), StringComparer.Ordinal)!;
        files.Delete(last);
        await using (var store = StoreProbe.Open(files))
        {
            Assert.Equal(80, store.GetStatistics().Spans);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ALostSegmentIsNamedEveryTime(bool cut)
    {
        var files = new MemoryFileLayer();
        var expected = await FillAsync(files);
        string lost = Segments(files)[0];
        if (cut)
        {
            files[lost] = files[lost][..^1];
        }
        else
        {
            files.Delete(lost);
        }
        for (int i = 0; i < 2; i++)
        {
            await using var store = StoreProbe.Open(files);
            Assert.Contains(Path.GetFileName(lost), Assert.Single(store.GetStatistics().Problems), StringComparison.Ordinal);
            Assert.True((await StoreProbe.LinesAsync(store)).Count < expected.Count);
            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(9, 5, 35), default);
        }
    }

    [Fact]
    public async Task AnUnreadableSegmentIsLeftOutAndNamed()
    {
        var files = new MemoryFileLayer();
        var expected = await FillAsync(files);
        string damaged = Segments(files)[0];
        byte[] bytes = [.. files[damaged]];
        bytes[^20] ^= 1;
        files[damaged] = bytes;
        await using var store = StoreProbe.Open(files);
        var lines = await StoreProbe.LinesAsync(store);
        Assert.NotEmpty(lines);
        Assert.Empty(lines.Except(expected));
        Assert.Contains(Path.GetFileName(damaged), Assert.Single(store.GetStatistics().Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoreSegmentsThanMayBeOpen()
    {
        var files = new MemoryFileLayer();
        await using (var store = StoreProbe.Open(files))
        {
            for (int i = 0; i < 150; i++)
            {
                await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(i, 2, (ulong)i), default);
            }
        }
        await using var again = StoreProbe.Open(files, openSegments: 20);
        Assert.Equal(300, again.GetStatistics().Spans);
        Assert.Equal(300, (await StoreProbe.LinesAsync(again, 160)).Count);
        var count = await StoreProbe.CountAsync(again);
        Assert.Equal(300, count.Groups.Single().Value[0]);
    }

    [Fact]
    public void ADirectoryThatCannotBeMadeIsRefused()
    {
        var files = new MemoryFileLayer { BeforeChange = _ => throw new UnauthorizedAccessException("read-only") };
        Assert.Throws<UnauthorizedAccessException>(() => StoreProbe.Open(files));
    }

    private static async Task<List<string>> FillAsync(MemoryFileLayer files)
    {
        await using var store = StoreProbe.Open(files);
        await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(1), default);
        await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(2), default);
        return await StoreProbe.LinesAsync(store);
    }

    private static List<string> Segments(MemoryFileLayer files) =>
        [.. files.Paths.Where(path => path.EndsWith(".seg", StringComparison.Ordinal))];
}
