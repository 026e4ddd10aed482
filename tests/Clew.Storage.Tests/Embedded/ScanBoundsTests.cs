using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded;
using Clew.Storage.Embedded.Aggregating;
using Clew.Storage.Embedded.Segments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Storage.Tests.Embedded;

/// <summary>Scans end when they are told to, within a row group, give everything back, and hold no more than they may.</summary>
public sealed class ScanBoundsTests
{
    private static readonly SpanAggregation ByName = new()
    {
        Tenant = StoreProbe.Tenant,
        Range = TimeRange.All,
        GroupBy = [FieldReference.Of(SpanField.Name), FieldReference.Attribute("user.id")],
        Measures = [Measure.Count, Measure.Quantile(FieldReference.Of(SpanField.Duration), 0.5)],
    };

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task AnAggregationStopsWithinARowGroup(int threads)
    {
        var files = new MemoryFileLayer();
        await using var store = await FillAsync(files, threads, pageCache: 0);
        using var cancelling = new CancellationTokenSource();
        int readsAfter = 0;
        int reads = 0;
        files.BeforeRead = (_, _) =>
        {
            if (cancelling.IsCancellationRequested)
            {
                Interlocked.Increment(ref readsAfter);
            }
            if (Interlocked.Increment(ref reads) == 60)
            {
                cancelling.Cancel();
            }
        };
        using (var snapshot = store.Snapshot())
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                await snapshot.AggregateAsync(new AggregateResult(ByName, 10_000), cancelling.Token));
        }
        // Each thread may finish the group, or the opening of a segment, that it is at: a fraction of what there is.
        int atMost = threads * 30;
        Assert.InRange(readsAfter, 0, atMost);
        files.BeforeRead = (_, _) => Interlocked.Increment(ref reads);
        reads = 0;
        using var whole = store.Snapshot();
        await whole.AggregateAsync(new AggregateResult(ByName, 10_000), default);
        Assert.True(reads > 3 * atMost, $"a whole scan takes {reads} reads only");
        Assert.Empty(store.GetStatistics().Problems);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task ASearchStopsWithinARowGroup(int threads)
    {
        var files = new MemoryFileLayer();
        await using var store = await FillAsync(files, threads, pageCache: 0);
        using var cancelling = new CancellationTokenSource();
        var nothing = new Comparison(FieldReference.Of(SpanField.StatusMessage), ComparisonOperator.Greater, AttributeValue.Of("it failed, and more"));
        var search = new TraceSearch { Tenant = StoreProbe.Tenant, Range = TimeRange.All, Predicates = [new AnyOf([nothing, ScanNever()])] };
        int reads = 0;
        files.BeforeRead = (_, _) =>
        {
            int read = Interlocked.Increment(ref reads);
            Assert.InRange(read, 0, 41 + (threads * 40));
            if (read == 40)
            {
                cancelling.Cancel();
            }
        };
        using var snapshot = store.Snapshot();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var hit in snapshot.FindTracesAsync(search, cancelling.Token))
            {
                Assert.Fail($"{hit}");
            }
        });
    }

    [Fact]
    public async Task SkippedAndScannedSegmentsAreCounted()
    {
        var files = new MemoryFileLayer();
        await using var store = await FillAsync(files, 2);
        int segments = store.GetStatistics().Segments;
        using (var snapshot = store.Snapshot())
        {
            var result = new AggregateResult(ByName, 10_000);
            await snapshot.AggregateAsync(result, default);
            Assert.Equal(new ScanCounters(0, segments, 0), snapshot.Counters);
            Assert.Equal(store.GetStatistics().Spans, result.SpansScanned);
        }
        using (var again = store.Snapshot())
        {
            var result = new AggregateResult(ByName, 10_000);
            await again.AggregateAsync(result, default);
            Assert.Equal(new ScanCounters(0, 0, segments), again.Counters);
            Assert.Equal(0, result.SpansScanned);
        }
        var slow = new TraceSearch
        {
            Tenant = StoreProbe.Tenant,
            Range = TimeRange.All,
            Predicates = [new Comparison(FieldReference.Of(SpanField.StatusMessage), ComparisonOperator.NotEqual, AttributeValue.Of("it failed")), new Comparison(FieldReference.Of(SpanField.StatusMessage), ComparisonOperator.Equal, AttributeValue.Of("it failed"))],
        };
        foreach (bool again in (bool[])[false, true])
        {
            using var snapshot = store.Snapshot();
            await foreach (var hit in snapshot.FindTracesAsync(slow, default))
            {
                Assert.Fail($"{hit}");
            }
            // Where nothing was found nobody looks a second time.
            Assert.Equal(again, snapshot.Counters.SegmentsScanned == 0);
            Assert.Equal(segments, snapshot.Counters.SegmentsScanned + snapshot.Counters.SegmentsSkipped);
        }
        using (var absent = store.Snapshot())
        {
            var search = new TraceSearch { Tenant = StoreProbe.Tenant, Range = TimeRange.All, Predicates = [ScanNever()] };
            await foreach (var hit in absent.FindTracesAsync(search, default))
            {
                Assert.Fail($"{hit}");
            }
            Assert.Equal(new ScanCounters(0, 0, segments), absent.Counters);
        }
    }

    [Fact]
    public void KeptFiguresAreBoundedAndTheOldestGo()
    {
        var one = Figures(100);
        var cache = new FiguresCache(10 * one.AllocatedBytes);
        var segments = Enumerable.Range(0, 30).Select(Segment).ToList();
        var key = new AggregationKey(ByName);
        foreach (var segment in segments)
        {
            cache.Add(segment, key, Figures(100), null);
            Assert.NotNull(cache.Find(segments[0], key)); // used again and again
        }
        Assert.Equal(10, segments.Count(segment => cache.Find(segment, key) is not null));
        Assert.Null(cache.Find(segments[^1], new AggregationKey(ByName with { BucketWidth = 1 })));
        Assert.NotNull(cache.Find(segments[^1], new AggregationKey(ByName with { GroupBy = [.. ByName.GroupBy], Predicates = [] })));
        cache.Add(segments[5], key, Figures(100_000), null);
        Assert.Null(cache.Find(segments[5], key));
    }

    private static Comparison ScanNever() =>
        new(FieldReference.Attribute("http.request.method"), ComparisonOperator.Equal, AttributeValue.Of("nobody sends this"));

    private static AggregateResult Figures(int groups)
    {
        var result = new AggregateResult(ByName, groups);
        for (int i = 0; i < groups; i++)
        {
            result.Open(new GroupKey(0, [AttributeValue.Of((long)i), AttributeValue.Empty]))!.Value.Fold(1, i);
        }
        return result;
    }

    private static Segment Segment(int id) => new(id, $"{id}.seg", 1, new SegmentSummary
    {
        Tenant = "t",
        RetentionClass = "default",
        Day = 1,
        Sequence = id,
        Part = 0,
        Parts = 1,
        GroupRows = 32,
        Spans = 1,
        Traces = 1,
        FirstStart = 0,
        LastStart = 0,
        OldestTrace = 0,
        NewestTrace = 0,
        HasPartialTraces = false,
        PlainTimes = true,
    });

    private static async Task<EmbeddedSpanStore> FillAsync(MemoryFileLayer files, int threads, long pageCache = 1 << 20)
    {
        var options = new EmbeddedStoreOptions { Directory = StoreProbe.Root, GroupRows = 32, ScanThreads = threads, PageCacheBytes = pageCache, IndexBytes = 0 };
        var store = EmbeddedSpanStore.Open(options, files, NullLogger<EmbeddedSpanStore>.Instance);
        for (int i = 0; i < 8; i++)
        {
            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(i, 300, (ulong)(i * 10) + 1), default);
        }
        return store;
    }
}
