using Clew.Storage.Embedded;
using Clew.Storage.Embedded.Retention;
using Clew.Storage.Tests.Embedded.Compaction;
using Clew.Testing;

namespace Clew.Storage.Tests.Embedded.Retention;

/// <summary>What has outlived its retention goes, whole segments, the oldest first, and nothing else.</summary>
public sealed class RetentionTests
{
    private const ulong Day = 86_400_000_000_000;

    [Fact]
    public async Task ByAge()
    {
        var clock = new ManualTimeProvider(); // stands at StoreProbe.Now
        var files = new MemoryFileLayer();
        await using var store = Open(files, new RetentionRule("default", TimeSpan.FromDays(3), null), clock);
        for (ulong age = 0; age < 6; age++)
        {
            await store.AppendAsync(StoreProbe.Tenant, At(age * Day, age), default);
        }
        await store.MaintainAsync(default);
        Assert.Equal(["0", "1", "2", "3"], await NamesAsync(store));
        Assert.Equal(2, store.GetStatistics().ExpiredSegments);
        Assert.Equal(4, files.Paths.Count(path => path.EndsWith(".seg", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task BySizeTheOldestFirst()
    {
        var files = new MemoryFileLayer();
        await using (var store = StoreProbe.Open(files))
        {
            foreach (ulong age in new ulong[] { 3, 0, 5, 1, 4, 2 })
            {
                await store.AppendAsync(StoreProbe.Tenant, At(age * Day, age), default);
            }
        }
        long size = files.Paths.Where(path => path.EndsWith(".seg", StringComparison.Ordinal)).Max(path => (long)files[path].Length);
        await using var again = Open(files, new RetentionRule("default", null, 3 * size), TimeProvider.System);
        using (var snapshot = again.Snapshot())
        {
            await again.MaintainAsync(default);
            Assert.Equal(6, (await StoreProbe.LinesAsync(snapshot)).Count);
        }
        Assert.Equal(["0", "1", "2"], await NamesAsync(again));
        Assert.True(again.GetStatistics().Bytes <= 3 * size);
        Assert.Equal(3, files.Paths.Count(path => path.EndsWith(".seg", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task OtherClassesAndNoRuleKeepEverything()
    {
        var files = new MemoryFileLayer();
        await using var store = Open(files, new RetentionRule("other", TimeSpan.Zero, 0), TimeProvider.System);
        await store.AppendAsync(StoreProbe.Tenant, At(0, 0), default);
        await store.AppendAsync(StoreProbe.Tenant, MergeTests.OneDay(1), default);
        await store.MaintainAsync(default);
        Assert.Equal(2, store.GetStatistics().Segments);
        Assert.Equal(0, store.GetStatistics().ExpiredSegments);
    }

    [Fact]
    public async Task TheWidestAgeIsForEver()
    {
        await using var store = Open(new MemoryFileLayer(), new RetentionRule("default", TimeSpan.MaxValue, long.MaxValue), TimeProvider.System);
        await store.AppendAsync(StoreProbe.Tenant, At(StoreProbe.Now, 7), default);
        await store.MaintainAsync(default);
        Assert.Equal(1, store.GetStatistics().Segments);
    }

    private static EmbeddedSpanStore Open(MemoryFileLayer files, RetentionRule rule, TimeProvider clock)
    {
        var options = new EmbeddedStoreOptions { Directory = StoreProbe.Root, Retention = [rule], MaintenanceInterval = TimeSpan.FromDays(40) };
        return EmbeddedSpanStore.Open(options, files, Microsoft.Extensions.Logging.Abstractions.NullLogger<EmbeddedSpanStore>.Instance, clock);
    }

    private static Core.Columns.TraceBatch At(ulong before, ulong id)
    {
        var builder = new SpanBatchBuilder();
        builder.Span(id + 1, 1, name: id.ToString(System.Globalization.CultureInfo.InvariantCulture), start: StoreProbe.Now - before, end: StoreProbe.Now - before + 1);
        return Testing.Stores.TraceBatches.Of(builder.Batch);
    }

    private static async Task<List<string>> NamesAsync(EmbeddedSpanStore store)
    {
        var groups = await StoreProbe.CountAsync(store, Core.Scan.FieldReference.Of(Core.Scan.SpanField.Name));
        return [.. groups.Groups.Keys.Select(key => key.Values[0].ToString()!).Order(StringComparer.Ordinal)];
    }
}
