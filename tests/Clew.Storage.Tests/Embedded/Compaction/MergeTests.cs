using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Testing;
using Clew.Testing.Stores;

namespace Clew.Storage.Tests.Embedded.Compaction;

/// <summary>Merging changes nothing that is asked for, except that identical copies are gone and each trace is one part a day.</summary>
public sealed class MergeTests
{
    [Theory]
    [InlineData(1, 32)]
    [InlineData(2, 5)]
    [InlineData(3, 4096)]
    [InlineData(4, 7)]
    public async Task AnswersAreThoseOfTheModelWithoutCopies(int seed, int groupRows)
    {
        await using var store = StoreProbe.OpenMerging(new MemoryFileLayer(), options => options with { GroupRows = groupRows });
        var all = new SpanBatch();
        await FillAsync(store, seed, all);
        int before = store.GetStatistics().Segments;
        var days = all.Spans.StartTimes[..all.Count].Select(start => start / 86_400_000_000_000).Distinct().Count();

        await store.MaintainAsync(default);

        var statistics = store.GetStatistics();
        Assert.Empty(statistics.Problems);
        Assert.True(statistics.Segments <= days && statistics.Segments < before, $"{before} segments became {statistics.Segments} on {days} days");
        var model = new InMemorySpanStore();
        await model.AppendAsync(StoreProbe.Tenant, TraceBatches.Of(WithoutCopies(all)), default);
        Assert.Equal((await StoreProbe.LinesAsync(model)).Distinct(), (await StoreProbe.LinesAsync(store)).Distinct());
        var requests = new ScanRequests(new Random(seed), StoreProbe.Now);
        for (int i = 0; i < 60; i++)
        {
            var predicates = requests.Predicates();
            var expected = (await StoreProbe.SearchAsync(model, [.. predicates])).Select(hit => hit.TraceId).Distinct().Order();
            Assert.Equal(expected, (await StoreProbe.SearchAsync(store, [.. predicates])).Select(hit => hit.TraceId).Distinct().Order());
        }
    }

    [Fact]
    public async Task OnOneDayEverySpanCountsOnceAndTracesAreTrees()
    {
        await using var store = StoreProbe.OpenMerging(new MemoryFileLayer());
        var all = new SpanBatch();
        var copier = new SpanBatchCopier(all);
        for (int i = 0; i < 6; i++)
        {
            var batch = OneDay(i % 5);
            copier.Begin(batch.Spans);
            for (int row = 0; row < batch.Spans.Count; row++)
            {
                copier.Copy(row);
            }
            await store.AppendAsync(StoreProbe.Tenant, batch, default);
        }
        await store.MaintainAsync(default);
        var single = WithoutCopies(all);
        var statistics = store.GetStatistics();
        Assert.Equal(1, statistics.Segments);
        Assert.Equal(single.Count, statistics.Spans);
        Assert.Equal(single.Spans.TraceIds[..single.Count].Distinct().Count(), statistics.Traces);
        var model = new InMemorySpanStore();
        await model.AppendAsync(StoreProbe.Tenant, TraceBatches.Of(single), default);
        var by = FieldReference.Of(SpanField.Name);
        Assert.Equal(
            (await StoreProbe.CountAsync(model, by)).Groups.ToDictionary(group => group.Key, group => group.Value[0]),
            (await StoreProbe.CountAsync(store, by)).Groups.ToDictionary(group => group.Key, group => group.Value[0]));
        Assert.Equal(await StoreProbe.LinesAsync(model), await StoreProbe.LinesAsync(store));

        var trees = new SpanTreeBuilder();
        using var snapshot = store.Snapshot();
        foreach (var id in single.Spans.TraceIds[..single.Count].Distinct())
        {
            var read = new SpanBatch();
            await snapshot.ReadTraceAsync(StoreProbe.Tenant, id, new SpanBatchCopier(read), default);
            var tree = trees.Build(read);
            Assert.Equal(Enumerable.Range(0, read.Count), tree.Rows[..tree.Count]);
        }
    }

    [Fact]
    public async Task ALatePartIsLateNoLonger()
    {
        await using var store = StoreProbe.OpenMerging(new MemoryFileLayer());
        await store.AppendAsync(StoreProbe.Tenant, Part(1, 10, 0, "root", TraceFlags.None), default);
        await store.AppendAsync(StoreProbe.Tenant, Part(1, 11, 10, "late", TraceFlags.Late), default);
        await store.AppendAsync(StoreProbe.Tenant, Part(2, 12, 10, "orphan", TraceFlags.Late), default);
        await store.MaintainAsync(default);
        Assert.Equal(TraceFlags.Amended, await FlagsAsync(store, 1));
        Assert.Equal(TraceFlags.Late | TraceFlags.WithoutRoot, await FlagsAsync(store, 2));
        Assert.Equal(2, store.GetStatistics().Traces);
    }

    [Fact]
    public async Task ReadersAreUndisturbedAndFilesGoWithTheLastOfThem()
    {
        var files = new MemoryFileLayer();
        await using var store = StoreProbe.OpenMerging(files);
        await FillAsync(store, 5, new SpanBatch());
        int segments = Segments(files);
        using var before = store.Snapshot();
        await using var hits = before.FindTracesAsync(new TraceSearch { Tenant = StoreProbe.Tenant, Range = TimeRange.All }, default).GetAsyncEnumerator();
        Assert.True(await hits.MoveNextAsync());
        var expected = await StoreProbe.LinesAsync(store);

        await store.MaintainAsync(default);

        Assert.True(Segments(files) > segments);
        Assert.Equal(expected, await StoreProbe.LinesAsync(before));
        int rest = 0;
        while (await hits.MoveNextAsync())
        {
            rest++;
        }
        Assert.True(rest > 20);
        await hits.DisposeAsync();
        before.Dispose();
        Assert.Equal(store.GetStatistics().Segments, Segments(files));
        Assert.Equal(expected.Distinct(), (await StoreProbe.LinesAsync(store)).Distinct());
    }

    [Fact]
    public async Task ADamagedInputIsSetAsideAndTheOthersAreMerged()
    {
        var files = new MemoryFileLayer();
        await using (var store = StoreProbe.OpenMerging(files))
        {
            for (int i = 0; i < 4; i++)
            {
                await store.AppendAsync(StoreProbe.Tenant, OneDay(i), default);
            }
        }
        string damaged = files.Paths.First(path => path.EndsWith(".seg", StringComparison.Ordinal));
        byte[] bytes = [.. files[damaged]];
        bytes[^20] ^= 1; // the trailer: found out when it is opened
        files[damaged] = bytes;
        await using var again = StoreProbe.OpenMerging(files);
        await again.MaintainAsync(default);
        Assert.Contains(Path.GetFileName(damaged), Assert.Single(again.GetStatistics().Problems), StringComparison.Ordinal);
        Assert.Equal(1, again.GetStatistics().Segments);
        Assert.Contains(damaged, files.Paths);
    }

    [Fact]
    public async Task NothingIsMergedWithoutAnArrangerOrBeforeItIsWorthIt()
    {
        await using var none = StoreProbe.Open(new MemoryFileLayer());
        await using var few = StoreProbe.OpenMerging(new MemoryFileLayer(), options => options with { MergeFanIn = 8, QuietTime = TimeSpan.FromHours(1) });
        foreach (var store in new[] { none, few })
        {
            for (int i = 0; i < 4; i++)
            {
                await store.AppendAsync(StoreProbe.Tenant, OneDay(i), default);
            }
            await store.MaintainAsync(default);
            Assert.Equal(4, store.GetStatistics().Segments);
            Assert.Equal(0, store.GetStatistics().Merges);
        }
        for (int i = 4; i < 8; i++)
        {
            await few.AppendAsync(StoreProbe.Tenant, OneDay(i), default);
        }
        await few.MaintainAsync(default);
        Assert.Equal(1, few.GetStatistics().Segments);
    }

    [Fact]
    public async Task TheStatisticsSayWhenNothingIsLeftToBeMerged()
    {
        await using var store = StoreProbe.OpenMerging(new MemoryFileLayer(), options => options with { MergeFanIn = 3, QuietTime = TimeSpan.FromHours(1) });
        await store.MaintainAsync(default);
        Assert.True(store.GetStatistics().IsSettled);
        for (int i = 0; i < 3; i++)
        {
            await store.AppendAsync(StoreProbe.Tenant, OneDay(i), default);
            Assert.False(store.GetStatistics().IsSettled);
        }
        await store.MaintainAsync(default);
        var settled = store.GetStatistics();
        Assert.True(settled.IsSettled);
        Assert.Equal((1, 1, 0), (settled.Segments, settled.Merges, settled.MergingSegments));
        await using var never = StoreProbe.Open(new MemoryFileLayer());
        await never.AppendAsync(StoreProbe.Tenant, OneDay(1), default);
        Assert.True(never.GetStatistics().IsSettled);
    }

    [Fact]
    public async Task WhereTheBoundAllowsFewerThanTheFanInTheyAreMergedAllTheSame()
    {
        await using var store = StoreProbe.OpenMerging(
            new MemoryFileLayer(), options => options with { MergeFanIn = 6, MergedSpans = 330, QuietTime = TimeSpan.FromHours(1) });
        for (int i = 0; i < 10; i++)
        {
            await store.AppendAsync(StoreProbe.Tenant, OneDay(i), default);
        }
        await store.MaintainAsync(default);
        Assert.Equal(2, store.GetStatistics().Merges); // four of 80 spans each time, while there are six
        Assert.Equal(4, store.GetStatistics().Segments);
    }

    [Fact]
    public async Task WhereFewWouldFitIntoTheBoundNothingIsRewritten()
    {
        await using var store = StoreProbe.OpenMerging(
            new MemoryFileLayer(), options => options with { MergeFanIn = 2, MergedSpans = 319, QuietTime = TimeSpan.FromHours(1) });
        for (int i = 0; i < 10; i++)
        {
            await store.AppendAsync(StoreProbe.Tenant, OneDay(i), default);
        }
        await store.MaintainAsync(default);
        Assert.Equal(0, store.GetStatistics().Merges); // three of 80 spans would fit
        Assert.True(store.GetStatistics().IsSettled);
    }

    [Fact]
    public async Task TheBackgroundMergesByTheClock()
    {
        var clock = new ManualTimeProvider();
        await using var store = StoreProbe.OpenMerging(new MemoryFileLayer(), null, clock);
        await store.AppendAsync(StoreProbe.Tenant, OneDay(1), default);
        await store.AppendAsync(StoreProbe.Tenant, OneDay(2), default);
        bool merged = SpinWait.SpinUntil(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(10)); // the timer may not be set yet
                return store.GetStatistics().Segments == 1;
            },
            TimeSpan.FromSeconds(20));
        Assert.True(merged);
    }

    internal static TraceBatch OneDay(int seed)
    {
        var spans = new SpanGenerator(seed) { Now = StoreProbe.Now }.Batch(80, traces: 12);
        for (int row = 0; row < spans.Count; row++)
        {
            spans.Spans.StartTimes[row] = Math.Clamp(spans.Spans.StartTimes[row], StoreProbe.Now, StoreProbe.Now + 3_600_000_000_000);
        }
        return TraceBatches.Of(spans, selfTimes: true);
    }

    internal static async Task FillAsync(ISpanStore store, int seed, SpanBatch all)
    {
        var copier = new SpanBatchCopier(all);
        var random = new Random(seed);
        for (int i = 0; i < 7; i++)
        {
            var generator = new SpanGenerator((seed * 100) + (i % 5)) { Now = StoreProbe.Now };
            var batch = TraceBatches.Of(
                generator.Batch(90, traces: 15, firstTrace: 1 + (ulong)((i % 5) * 5)),
                random.Next(2) == 0 ? TraceFlags.Late : TraceFlags.None,
                selfTimes: i != 3);
            await store.AppendAsync(StoreProbe.Tenant, batch, default);
            copier.Begin(batch.Spans);
            for (int row = 0; row < batch.Spans.Count; row++)
            {
                copier.Copy(row);
            }
        }
    }

    private static SpanBatch WithoutCopies(SpanBatch spans)
    {
        var result = new SpanBatch();
        var copier = new SpanBatchCopier(result);
        copier.Begin(spans);
        for (int row = 0; row < spans.Count; row++)
        {
            if (!Enumerable.Range(0, row).Any(earlier => SpanContent.Same(spans, earlier, spans, row)))
            {
                copier.Copy(row);
            }
        }
        return result;
    }

    private static TraceBatch Part(ulong trace, ulong span, ulong parent, string name, TraceFlags flags)
    {
        var builder = new SpanBatchBuilder();
        builder.Span(trace, span, parent: parent, name: name, start: StoreProbe.Now, end: StoreProbe.Now + 5);
        return TraceBatches.Of(builder.Batch, flags, selfTimes: true);
    }

    private static async Task<TraceFlags?> FlagsAsync(Storage.Embedded.EmbeddedSpanStore store, ulong trace)
    {
        using var snapshot = store.Snapshot();
        return await snapshot.ReadTraceAsync(StoreProbe.Tenant, new TraceId(0, trace), new SpanBatchCopier(new SpanBatch()), default);
    }

    private static int Segments(MemoryFileLayer files) => files.Paths.Count(path => path.EndsWith(".seg", StringComparison.Ordinal));
}
