using Clew.Core.Model;
using Clew.Storage.Tests.Embedded.Compaction;

namespace Clew.Storage.Tests.Embedded.Deletions;

/// <summary>Deleted traces stay deleted, and go from disk with the next merge.</summary>
public sealed class DeletionTests
{
    private static readonly TraceId[] Gone = [new(0, 2), new(0, 7)];

    [Fact]
    public async Task AMergeDropsThemFromDisk()
    {
        var files = new MemoryFileLayer();
        await using var store = await FilledAsync(files);
        await store.DeleteTracesAsync(StoreProbe.Tenant, Gone, default);
        Assert.True(store.GetStatistics().DeletedTraces > 0);
        Assert.Contains(files.Paths, path => path.EndsWith(".del", StringComparison.Ordinal));
        var left = (await StoreProbe.LinesAsync(store)).Distinct().ToList();

        await store.MaintainAsync(default);

        Assert.Equal(0, store.GetStatistics().DeletedTraces);
        Assert.DoesNotContain(files.Paths, path => path.EndsWith(".del", StringComparison.Ordinal));
        Assert.Equal(left, await StoreProbe.LinesAsync(store));
    }

    [Fact]
    public async Task ADeletionDuringAMergeIsKept()
    {
        var files = new MemoryFileLayer();
        await using var store = await FilledAsync(files);
        await store.DeleteTracesAsync(StoreProbe.Tenant, Gone[..1], default);
        int deleted = 0;
        files.BeforeChange = what =>
        {
            if (what.StartsWith("fsync", StringComparison.Ordinal) && what.EndsWith(".seg.tmp", StringComparison.Ordinal) && deleted++ == 0)
            {
                var deletion = store.DeleteTracesAsync(StoreProbe.Tenant, Gone, default);
                Assert.True(deletion.IsCompletedSuccessfully);
            }
        };
        await store.MaintainAsync(default);
        Assert.Equal(1, deleted);
        Assert.Equal(1, store.GetStatistics().Segments);
        Assert.Equal(1, store.GetStatistics().DeletedTraces);
        var left = await StoreProbe.LinesAsync(store);
        Assert.DoesNotContain(await StoreProbe.SearchAsync(store), hit => Gone.Contains(hit.TraceId));
        await using var again = StoreProbe.OpenMerging(files.Copy());
        Assert.Equal(left, await StoreProbe.LinesAsync(again));
        Assert.Equal(1, again.GetStatistics().DeletedTraces);
    }

    [Fact]
    public async Task EverythingDeletedLeavesNoSegment()
    {
        var files = new MemoryFileLayer();
        await using var store = await FilledAsync(files);
        await store.DeleteTracesAsync(StoreProbe.Tenant, [.. Enumerable.Range(0, 40).Select(id => new TraceId(0, (ulong)id))], default);
        Assert.Equal(0, store.GetStatistics().Spans);
        Assert.Empty((await StoreProbe.CountAsync(store)).Groups);
        await store.MaintainAsync(default);
        Assert.Equal(0, store.GetStatistics().Segments);
        Assert.Equal([Path.Combine(StoreProbe.Root, "MANIFEST")], files.Paths);
    }

    [Fact]
    public async Task ASearchUnderWayShowsThemNoMore()
    {
        await using var store = await FilledAsync(new MemoryFileLayer());
        using var snapshot = store.Snapshot();
        var search = new Core.Scan.TraceSearch { Tenant = StoreProbe.Tenant, Range = TimeRange.All };
        var all = await StoreProbe.SearchAsync(store);
        await using var hits = snapshot.FindTracesAsync(search, default).GetAsyncEnumerator();
        Assert.True(await hits.MoveNextAsync());
        var first = hits.Current.Position.TraceId;
        await store.DeleteTracesAsync(StoreProbe.Tenant, [.. all.Select(hit => hit.TraceId).Where(id => id != first)], default);
        int shown = 0;
        while (await hits.MoveNextAsync())
        {
            // What was already lined up for a merge of segments may be one per segment.
            shown += hits.Current.Position.TraceId == first ? 0 : 1;
        }
        Assert.InRange(shown, 0, 4);
    }

    [Fact]
    public async Task WithoutItsListASegmentIsLeftOut()
    {
        var files = new MemoryFileLayer();
        await using (var store = await FilledAsync(files))
        {
            await store.DeleteTracesAsync(StoreProbe.Tenant, Gone, default);
        }
        string list = files.Paths.First(path => path.EndsWith(".del", StringComparison.Ordinal));
        for (int at = 0; at < files[list].Length; at += 3)
        {
            var flipped = files.Copy();
            byte[] bytes = [.. flipped[list]];
            bytes[at] ^= 4;
            flipped[list] = bytes;
            await using var store = StoreProbe.Open(flipped);
            Assert.Contains(Path.GetFileName(list), Assert.Single(store.GetStatistics().Problems), StringComparison.Ordinal);
            Assert.DoesNotContain(await StoreProbe.SearchAsync(store), hit => Gone.Contains(hit.TraceId));
        }
    }

    private static async Task<Storage.Embedded.EmbeddedSpanStore> FilledAsync(MemoryFileLayer files)
    {
        var store = StoreProbe.OpenMerging(files);
        for (int i = 0; i < 4; i++)
        {
            await store.AppendAsync(StoreProbe.Tenant, MergeTests.OneDay(i), default);
        }
        return store;
    }
}
