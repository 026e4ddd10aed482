using Clew.Analysis.Edges;
using Clew.Analysis.Series;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Ingest.Closing;
using Clew.Ingest.Pipeline;
using Clew.Ingest.Tests.Pipeline;
using Clew.Storage;
using Clew.Testing;
using Clew.Testing.Stores;

namespace Clew.Ingest.Tests.Counting;

/// <summary>Edges whose ends come apart are, once both are there, those of the whole trace: whatever comes late, in whatever order.</summary>
public sealed class LateEdgesTests
{
    private static readonly string[] Services = ["shop", "pricing", "order"];

    [Fact]
    public async Task AServerSpanThatComesLateMeetsItsClient()
    {
        var world = await PipelineWorld.StartAsync();
        await world.SendAsync(Client().Batch);
        await PassAsync(world);
        Assert.Equal(["(outside) > shop other server_only 1", "shop > pricing.example other client_only 1"], await EdgesAsync(world));
        await world.SendAsync(Server().Batch);
        await PassAsync(world);
        Assert.Equal(
            ["(outside) > shop other server_only 1", "shop > pricing other client 1", "shop > pricing other server 1"], await EdgesAsync(world));
    }

    [Fact]
    public async Task AClientSpanThatComesLateMeetsItsServer()
    {
        var world = await PipelineWorld.StartAsync();
        await world.SendAsync(Server().Batch);
        await PassAsync(world);
        Assert.Equal(["(missing) > pricing other server_only 1"], await EdgesAsync(world));
        await world.SendAsync(Client().Batch);
        await PassAsync(world);
        Assert.Equal(
            ["(outside) > shop other server_only 1", "shop > pricing other client 1", "shop > pricing other server 1"], await EdgesAsync(world));
    }

    [Fact]
    public async Task AHalfThatComesWhileTheOtherWaitsForTheStoreMeetsIt()
    {
        var world = await PipelineWorld.StartAsync();
        world.Store.Refuses = true;
        await world.SendAsync(Client().Batch);
        await PassAsync(world);
        await world.SendAsync(Server().Batch);
        await PassAsync(world);
        world.Store.Refuses = false;
        await PassAsync(world);
        Assert.Equal(
            ["(outside) > shop other server_only 1", "shop > pricing other client 1", "shop > pricing other server 1"], await EdgesAsync(world));
    }

    [Fact]
    public async Task AHalfThatIsReadBackAfterAKillMeetsTheOtherInTheStore()
    {
        var world = await PipelineWorld.StartAsync();
        await world.SendAsync(Client().Batch);
        await PassAsync(world);
        await world.SendAsync(Server().Batch);
        await world.RestartAsync();
        await PassAsync(world);
        Assert.Equal(
            ["(outside) > shop other server_only 1", "shop > pricing other client 1", "shop > pricing other server 1"], await EdgesAsync(world));
    }

    /// <summary>Three spans, three times apart.</summary>
    [Fact]
    public async Task WhatSpeaksForACallMayComeLateToo()
    {
        var world = await PipelineWorld.StartAsync();
        var inner = new SpanBatchBuilder();
        inner.Span(1, 3, 2, service: "shop", kind: SpanKind.Client, attributes: ("server.address", "db-host"));
        var outer = new SpanBatchBuilder();
        outer.Span(1, 2, 1, service: "shop", kind: SpanKind.Client, attributes: ("db.system.name", "postgresql"));
        await world.SendAsync(inner.Batch);
        await PassAsync(world);
        Assert.Equal(["shop > db-host other client_only 1"], await EdgesAsync(world));
        await world.SendAsync(outer.Batch);
        await PassAsync(world);
        Assert.Equal(["shop > postgresql database client_only 1"], await EdgesAsync(world));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public async Task EdgesAreThoseOfTheWholeTracesInWhateverOrderTheirSpansCome(int seed)
    {
        var random = new Random(seed);
        var world = await PipelineWorld.StartAsync(new PipelineOptions { FlushSpans = random.Next(5, 60), FlushInterval = TimeSpan.FromSeconds(random.Next(1, 20)) });
        var spans = Generate(random);
        int[] order = [.. Enumerable.Range(0, spans.Count)];
        random.Shuffle(order);
        for (int at = 0; at < order.Length;)
        {
            switch (random.Next(10))
            {
                case 0:
                    await world.RestartAsync();
                    break;
                case 1:
                    world.Store.Refuses = !world.Store.Refuses;
                    break;
                case 2:
                    world.Store.FailsAfterStoring = !world.Store.FailsAfterStoring;
                    break;
                case < 6:
                    await world.PassAsync(TimeSpan.FromSeconds(random.Next(1, 20)));
                    break;
                default:
                    int end = Math.Min(order.Length, at + random.Next(1, 8));
                    await world.SendAsync(Some(spans, order[at..end]));
                    at = end;
                    break;
            }
        }
        world.Store.Refuses = world.Store.FailsAfterStoring = false;
        for (int i = 0; i < 10; i++)
        {
            await PassAsync(world);
        }
        Assert.Equal(0, world.Pipeline.GetStatistics().OpenSpans + world.Pipeline.GetStatistics().WaitingSpans);
        Assert.Equal(Expected(spans), await EdgesAsync(world));
    }

    private static SpanBatchBuilder Client()
    {
        var spans = new SpanBatchBuilder();
        spans.Span(1, 1, service: "shop", kind: SpanKind.Server, start: 1000, end: 9000);
        spans.Span(1, 2, 1, service: "shop", kind: SpanKind.Client, start: 2000, end: 8000, attributes: ("server.address", "pricing.example"));
        return spans;
    }

    private static SpanBatchBuilder Server()
    {
        var spans = new SpanBatchBuilder();
        spans.Span(1, 3, 2, service: "pricing", kind: SpanKind.Server, start: 3000, end: 7000);
        return spans;
    }

    private static SpanBatch Generate(Random random)
    {
        var spans = new SpanBatchBuilder();
        for (ulong trace = 1; trace <= 25; trace++)
        {
            int count = random.Next(1, 10);
            for (ulong id = 1; id <= (ulong)count; id++)
            {
                ulong parent = random.Next(6) switch { 0 => 0, 1 => 99, _ => (ulong)random.Next(0, (int)id) };
                spans.Span(
                    trace, id, parent, service: Services[random.Next(Services.Length)], kind: (SpanKind)random.Next(6), status: (StatusCode)random.Next(3),
                    start: (ulong)random.Next(1000), end: (ulong)random.Next(1000, 2000),
                    attributes: random.Next(3) switch { 0 => [("db.system.name", "redis")], 1 => [("server.address", "host")], _ => [] });
            }
        }
        return spans.Batch;
    }

    private static SpanBatch Some(SpanBatch spans, int[] rows)
    {
        var batch = new SpanBatch();
        var copier = new SpanBatchCopier(batch);
        copier.Begin(spans);
        foreach (int row in rows)
        {
            copier.Copy(row);
        }
        return batch;
    }

    /// <summary>Traces close in one turn and are stored in the next.</summary>
    private static async Task PassAsync(PipelineWorld world)
    {
        await world.PassAsync(TimeSpan.FromMinutes(10));
        await world.PassAsync(TimeSpan.FromMinutes(10));
    }

    private static string[] Expected(SpanBatch spans)
    {
        var closer = new TraceCloser();
        closer.Begin(spans);
        foreach (var trace in Enumerable.Range(0, spans.Count).GroupBy(row => spans.Spans.TraceIds[row]))
        {
            foreach (int row in trace)
            {
                closer.Copier.Copy(row);
            }
            closer.Close(trace.Key, TraceFlags.None);
        }
        var delta = new SeriesDelta();
        new EdgeCounter(new SeriesLimits(100, 100)).Count(closer.Destination, delta);
        return Lines(Enumerable.Range(0, delta.Count).Select(i => delta[i]).Select(cell => (cell.Key, cell.Count, cell.Durations.Sum)));
    }

    private static async Task<string[]> EdgesAsync(PipelineWorld world)
    {
        var edges = await world.Series.ReadAsync(
            new SeriesQuery { Tenant = Tenant.Default, Kind = SeriesKind.Edge, Range = TimeRange.All }, CancellationToken.None);
        return Lines(edges.Series.SelectMany(series => series.Points.Select(point => (series.Key, point.Count, point.Durations!.Sum))));
    }

    /// <summary>Calls and, unseen, the sum of their durations; amended ones taken off.</summary>
    private static string[] Lines(IEnumerable<(SeriesKey Key, ulong Count, UInt128 Sum)> cells)
    {
        const string Amended = "_amended";
        var sums = new SortedDictionary<string, (long Count, Int128 Sum)>(StringComparer.Ordinal);
        foreach (var (key, count, sum) in cells)
        {
            string[] labels = key.Labels.ToArray();
            int sign = labels[3].EndsWith(Amended, StringComparison.Ordinal) ? -1 : 1;
            string line = $"{labels[0]} > {labels[1]} {labels[2]} {labels[3].Replace(Amended, "", StringComparison.Ordinal)}";
            var known = sums.GetValueOrDefault(line);
            sums[line] = (known.Count + (sign * (long)count), known.Sum + (sign * (Int128)sum));
        }
        Assert.All(sums.Values, each => Assert.True(each.Count > 0 || each.Sum == 0));
        return [.. sums.Where(each => each.Value.Count != 0).Select(each => $"{each.Key} {each.Value.Count}")];
    }
}
