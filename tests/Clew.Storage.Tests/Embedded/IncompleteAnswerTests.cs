using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded;
using Clew.Testing;
using Clew.Testing.Stores;

namespace Clew.Storage.Tests.Embedded;

/// <summary>What cannot be read is missing from answers: each answer that it may have had a part in says so, and no other.</summary>
public sealed class IncompleteAnswerTests
{
    private const ulong Hour = 3_600_000_000_000;

    private static readonly TraceSearch Search = new() { Tenant = StoreProbe.Tenant, Range = TimeRange.All };
    private static readonly SpanAggregation Count = new() { Tenant = StoreProbe.Tenant, Range = TimeRange.All };

    [Fact]
    public async Task NothingIsSaidWhileAllIsWell()
    {
        var files = new MemoryFileLayer();
        await using var store = await FillAsync(files);
        Assert.All(await AskAsync(store, TimeRange.All), Assert.Null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ALostSegmentIsToldByWhateverLiesInItsTime(bool atStart)
    {
        var files = new MemoryFileLayer();
        var store = await FillAsync(files);
        string segment = files.Paths.First(path => path.EndsWith(".seg", StringComparison.Ordinal));
        if (atStart)
        {
            await store.DisposeAsync();
            files[segment] = files[segment][..^1];
            store = StoreProbe.Open(files);
        }
        else
        {
            files[segment] = new byte[files[segment].Length];
            await store.DisposeAsync();
            store = StoreProbe.Open(files);
        }
        await using (store)
        {
            Assert.All(await AskAsync(store, TimeRange.All), Assert.NotNull);
            Assert.All(await AskAsync(store, TimeRange.All), Assert.NotNull); // not only the first time
            var later = await AskAsync(store, new TimeRange(StoreProbe.Now + (2 * Hour), ulong.MaxValue));
            Assert.All(later[..2], Assert.Null);
            // A trace of another day is not suspected.
            using var snapshot = store.Snapshot();
            await snapshot.ReadTraceAsync(StoreProbe.Tenant, new TraceId(0, 900), new SpanBatchCopier(new SpanBatch()), default);
            Assert.Null(snapshot.Incomplete);
        }
    }

    [Fact]
    public async Task ALostRowGroupIsToldToo()
    {
        var files = new MemoryFileLayer();
        var spans = new SpanBatchBuilder();
        for (ulong span = 1; span <= 100; span++)
        {
            spans.Span(1 + (span / 10), span, start: StoreProbe.Now + span, end: StoreProbe.Now + (2 * span));
        }
        await using (var store = StoreProbe.Open(files))
        {
            await store.AppendAsync(StoreProbe.Tenant, TraceBatches.Of(spans.Batch), default);
        }
        string segment = files.Paths.Single(path => path.EndsWith(".seg", StringComparison.Ordinal));
        byte[] bytes = [.. files[segment]];
        bytes[20] ^= 1; // in the first page
        files[segment] = bytes;
        await using var damaged = StoreProbe.Open(files);
        var found = new List<string?>();
        for (int trace = 1; trace <= 11; trace++)
        {
            using var snapshot = damaged.Snapshot();
            var flags = await snapshot.ReadTraceAsync(StoreProbe.Tenant, new TraceId(0, (ulong)trace), new SpanBatchCopier(new SpanBatch()), default);
            found.Add(snapshot.Incomplete);
            Assert.Equal(flags is null, snapshot.Incomplete is not null);
        }
        Assert.Contains(null, found);
        Assert.Contains(found, reason => reason is not null);
        var answers = await AskAsync(damaged, TimeRange.All);
        Assert.All(answers[..2], Assert.NotNull);
    }

    private static async Task<EmbeddedSpanStore> FillAsync(MemoryFileLayer files)
    {
        var store = StoreProbe.Open(files);
        foreach (ulong first in (ulong[])[1, 11])
        {
            var spans = new SpanBatchBuilder();
            for (ulong span = 1; span <= 40; span++)
            {
                spans.Span(first + (span / 8), span, start: StoreProbe.Now + span, end: StoreProbe.Now + (2 * span));
            }
            await store.AppendAsync(StoreProbe.Tenant, TraceBatches.Of(spans.Batch), default);
        }
        var other = new SpanBatchBuilder();
        other.Span(900, 1, start: StoreProbe.Now + (72 * Hour), end: StoreProbe.Now + (73 * Hour));
        await store.AppendAsync(StoreProbe.Tenant, TraceBatches.Of(other.Batch), default);
        return store;
    }

    /// <summary>What is said with a search, figures, and a trace of the sound segment of the same time.</summary>
    private static async Task<string?[]> AskAsync(EmbeddedSpanStore store, TimeRange range)
    {
        using var search = store.Snapshot();
        await foreach (var hit in search.FindTracesAsync(Search with { Range = range }, default))
        {
            Assert.NotEqual(default, hit);
        }
        using var figures = store.Snapshot();
        await figures.AggregateAsync(new AggregateResult(Count with { Range = range }, 10), default);
        using var trace = store.Snapshot();
        await trace.ReadTraceAsync(StoreProbe.Tenant, new TraceId(0, 12), new SpanBatchCopier(new SpanBatch()), default);
        return [search.Incomplete, figures.Incomplete, trace.Incomplete];
    }
}
