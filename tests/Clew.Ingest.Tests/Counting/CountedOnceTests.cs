using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Ingest.Counting;
using Clew.Ingest.Pipeline;
using Clew.Ingest.Tests.Pipeline;
using Clew.Storage;
using Clew.Testing;
using Clew.Testing.Stores;

namespace Clew.Ingest.Tests.Counting;

/// <summary>What is stored is counted once: over crashes, payloads that come again, stores that refuse or do not answer.</summary>
public sealed class CountedOnceTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(5, false)]
    [InlineData(6, false)]
    public async Task SeriesAreThoseOfTheStoredSpansWhateverHappens(int seed, bool restarts)
    {
        var random = new Random(seed);
        var generator = new SpanGenerator(seed);
        var world = await PipelineWorld.StartAsync(new PipelineOptions { FlushSpans = 60, FlushInterval = TimeSpan.FromSeconds(1) });
        var sent = new List<(SpanBatch Batch, Tenant Tenant)>();
        var acme = new Tenant("acme");
        for (int step = 0; step < 120; step++)
        {
            switch (random.Next(12))
            {
                case 0 when restarts:
                    await world.RestartAsync();
                    break;
                case 1:
                    world.Store.Refuses = !world.Store.Refuses;
                    break;
                case 2:
                    world.Series.Refuses = !world.Series.Refuses;
                    break;
                case 3:
                    world.Store.FailsAfterStoring = !world.Store.FailsAfterStoring;
                    break;
                case 4 when sent.Count > 0:
                    // The sender did not hear the answer.
                    var (again, owner) = sent[random.Next(sent.Count)];
                    await world.SendAsync(again, owner);
                    break;
                case < 9:
                    // Few traces, so that spans come late, too; ids that no other payload has.
                    var batch = generator.Batch(random.Next(1, 20), traces: 3, firstTrace: (ulong)random.Next(1, 30));
                    for (int row = 0; row < batch.Count; row++)
                    {
                        batch.Spans.SpanIds[row] = new SpanId(((ulong)step << 8) + (ulong)row + 1);
                    }
                    sent.Add((batch, random.Next(4) == 0 ? acme : Tenant.Default));
                    await world.SendAsync(batch, sent[^1].Tenant);
                    break;
                default:
                    await world.PassAsync(TimeSpan.FromSeconds(random.Next(1, 20)));
                    break;
            }
        }
        world.Store.Refuses = world.Series.Refuses = world.Store.FailsAfterStoring = false;
        for (int i = 0; i < 40; i++)
        {
            await world.PassAsync(TimeSpan.FromSeconds(30));
        }
        Assert.Equal(0, world.Pipeline.GetStatistics().OpenSpans + world.Pipeline.GetStatistics().WaitingSpans);
        foreach (var tenant in new[] { Tenant.Default, acme })
        {
            SpanBatch[] stored = [.. world.Store.Appended.Where(append => append.Tenant == tenant).Select(append => append.Batch.Spans)];
            Assert.Equal(Ids(sent.Where(payload => payload.Tenant == tenant).Select(payload => payload.Batch)), Ids(stored));
            Assert.Equal(Expected(stored), await RedAsync(world.Series, tenant));
            // What comes again after a restart is no longer known to be stored; without one, nothing is stored twice.
            Assert.True(restarts || stored.Sum(batch => batch.Count) == Ids(stored).Count);
        }
    }

    [Fact]
    public async Task ABatchThatCannotBeCountedIsRefusedAndComesAgain()
    {
        var world = await PipelineWorld.StartAsync();
        world.Series.Refuses = true;
        await world.SendAsync(new SpanGenerator(5).Batch(10));
        await PassAsync(world);
        Assert.Empty(world.Store.Appended);
        Assert.Contains("Series are refused.", Assert.Single(world.Pipeline.GetStatistics().Problems), StringComparison.Ordinal);
        world.Series.Refuses = false;
        await PassAsync(world);
        Assert.Equal(10, world.Store.Appended.Sum(append => append.Batch.Spans.Count));
        Assert.Equal(10UL, await CountAsync(world.Series));
        Assert.Empty(world.Pipeline.GetStatistics().Problems);
    }

    [Fact]
    public async Task EdgesAreCountedWithTheSpans()
    {
        var world = await PipelineWorld.StartAsync();
        var spans = new SpanBatchBuilder();
        spans.Span(1, 1, service: "shop", kind: SpanKind.Server);
        spans.Span(1, 2, 1, service: "shop", kind: SpanKind.Client);
        spans.Span(1, 3, 2, service: "pricing", kind: SpanKind.Server);
        await world.SendAsync(spans.Batch);
        await PassAsync(world);
        var edges = await world.Series.ReadAsync(
            new SeriesQuery { Tenant = Tenant.Default, Kind = SeriesKind.Edge, Range = TimeRange.All }, CancellationToken.None);
        Assert.Equal(
            ["Edge((outside), shop, other, server_only)", "Edge(shop, pricing, other, client)", "Edge(shop, pricing, other, server)"],
            edges.Series.Select(series => series.Key.ToString()));
    }

    [Fact]
    public async Task OperationsPastTheBoundAreToldUntilTheyAreNoMore()
    {
        var clock = new ManualTimeProvider();
        var series = new InMemorySeriesStore();
        var counting = new BatchCounting(series, new CountingOptions { OperationsPerService = 3 }, clock);
        var store = new MemoryStore();
        await counting.AppendAsync(store, Tenant.Default, Traces(100), 0, null, CancellationToken.None);
        Assert.Contains("More than 3 operations of a service (svc)", Assert.Single(counting.Problems), StringComparison.Ordinal);
        Assert.Equal(100UL, await CountAsync(series));
        clock.Advance(TimeSpan.FromHours(1));
        await counting.AppendAsync(store, Tenant.Default, Traces(2), 0, null, CancellationToken.None);
        Assert.Empty(counting.Problems);
    }

    /// <summary>Traces close in one turn and are stored in the next.</summary>
    private static async Task PassAsync(PipelineWorld world)
    {
        await world.PassAsync(TimeSpan.FromMinutes(10));
        await world.PassAsync(TimeSpan.FromMinutes(10));
    }

    private static TraceBatch Traces(int operations)
    {
        var builder = new SpanBatchBuilder();
        for (int i = 0; i < operations; i++)
        {
            builder.Span(1, (ulong)i + 1, name: $"op{i}");
        }
        return TraceBatches.Of(builder.Batch, selfTimes: true);
    }

    private static SortedSet<SpanId> Ids(IEnumerable<SpanBatch> batches) =>
        [.. batches.SelectMany(batch => batch.Spans.SpanIds.Take(batch.Count))];

    private static SortedDictionary<string, ulong> Expected(IEnumerable<SpanBatch> batches)
    {
        var counts = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var batch in batches)
        {
            for (int row = 0; row < batch.Count; row++)
            {
                var s = batch.Spans;
                var key = SeriesKey.Red(batch.Text(batch.ServiceName(row)), batch.Text(s.Names[row]), s.Kinds[row], s.StatusCodes[row]);
                string line = $"{key} {SeriesDelta.StepOf(s.StartTimes[row])}";
                // The generator's senders keep all, or one of two.
                counts[line] = counts.GetValueOrDefault(line) + (s.TraceStates[row] == 0 ? 1UL : 2UL);
            }
        }
        return counts;
    }

    private static async Task<SortedDictionary<string, ulong>> RedAsync(InMemorySeriesStore store, Tenant tenant)
    {
        var counts = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        var result = await store.ReadAsync(
            new SeriesQuery { Tenant = tenant, Kind = SeriesKind.Red, Range = TimeRange.All, Step = TimeSpan.FromSeconds(10) }, CancellationToken.None);
        foreach (var series in result.Series)
        {
            foreach (var point in series.Points)
            {
                Assert.Equal(point.Count, point.Durations!.Count);
                counts.Add($"{series.Key} {point.Step}", point.Count);
            }
        }
        return counts;
    }

    private static async Task<ulong> CountAsync(InMemorySeriesStore store) =>
        (await RedAsync(store, Tenant.Default)).Values.Aggregate(0UL, (sum, count) => sum + count);
}
