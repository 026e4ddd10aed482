using Clew.Analysis.Edges;
using Clew.Analysis.Red;
using Clew.Analysis.Series;
using Clew.Analysis.Tests.Series;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Testing;

namespace Clew.Analysis.Tests.Red;

/// <summary>Senders that sample: what is counted stands for what there was, as often as a stage's share and consistency say.</summary>
public sealed class SenderWeightTests
{
    private const int Calls = 20_000;

    /// <summary>Of calls from shop to bank each end keeps a share of its own; every fourth call fails.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.5, 0.5)]
    [InlineData(0.3, 0.3)]
    [InlineData(0.1, 0.7)]
    [InlineData(0.7, 0.1)]
    [InlineData(0.01, 1)]
    [InlineData(1, 0.01)]
    public void SumsOfWhatIsKeptAreWithinThreeStandardErrorsOfTheTruth(double shopKeeps, double bankKeeps)
    {
        var random = new Random(7);
        var (red, edges) = Count(random, shopKeeps, bankKeeps);
        foreach (var (service, share) in new[] { ("shop", shopKeeps), ("bank", bankKeeps) })
        {
            AssertNear(Calls, share, Sum(red, cell => cell.Key.Labels[SeriesLabels.Service] == service));
        }
        AssertNear(Calls / 4, bankKeeps, Sum(red, cell => cell.Key.Labels[SeriesLabels.Service] == "bank" && cell.Errors > 0));
        // A call is seen where either end is kept.
        AssertNear(Calls, Math.Max(shopKeeps, bankKeeps), Sum(edges, cell => IsCall(cell, "bank")));
        // Every duration is 1 ms: it is weighted as its call.
        for (int i = 0; i < red.Count; i++)
        {
            Assert.Equal((UInt128)red[i].Count * 1_000_000, red[i].Durations.Sum);
        }
    }

    [Fact]
    public void TheSameSpansCountTheSameWheneverTheyAreCounted()
    {
        var one = Count(new Random(3), 0.3, 0.7);
        var other = Count(new Random(3), 0.3, 0.7);
        Assert.Equal(Lines(one.Red), Lines(other.Red));
        Assert.Equal(Lines(one.Edges), Lines(other.Edges));
    }

    [Theory]
    [InlineData("ot=th:0", 1)]
    [InlineData("ot=th:8", 2)]
    [InlineData("vendor=1,ot=th:c", 4)]
    [InlineData("ot=th:nonsense", 1)]
    [InlineData("ot=rv:00000000000001", 1)]
    [InlineData("ot=th:ffffffffffffff", 1 << 24)]
    public void AWeightIsWhatTheTraceStateSays(string traceState, int expected)
    {
        var spans = new SpanBatchBuilder();
        int row = spans.Span(1, 1, end: 5);
        spans.Batch.Spans.TraceStates[row] = spans.Id(traceState);
        var delta = new SeriesDelta();
        new RedCounter(new SeriesLimits(10, 10)).Count(spans.Batch, delta, areKept: false);
        Assert.Equal((ulong)expected, delta[0].Count);
    }

    private static (SeriesDelta Red, SeriesDelta Edges) Count(Random random, double shopKeeps, double bankKeeps)
    {
        var shop = SamplingThreshold.OfProbability(shopKeeps);
        var bank = SamplingThreshold.OfProbability(bankKeeps);
        var spans = new SpanBatchBuilder();
        for (int i = 0; i < Calls; i++)
        {
            ulong trace = (ulong)random.NextInt64();
            ulong randomness = SamplingState.RandomnessOf(new TraceId(0, trace));
            if (shop.Keeps(randomness))
            {
                Add(spans, spans.Span(trace, 1, service: "shop", kind: SpanKind.Client, end: 1_000_000), shop);
            }
            if (bank.Keeps(randomness))
            {
                var status = i % 4 == 0 ? StatusCode.Error : StatusCode.Unset;
                Add(spans, spans.Span(trace, 2, 1, service: "bank", kind: SpanKind.Server, end: 1_000_000, status: status), bank);
            }
        }
        var traces = ClosedTraces.Of(spans.Batch);
        var (red, edges) = (new SeriesDelta(), new SeriesDelta());
        new RedCounter(new SeriesLimits(100, 100)).Count(traces.Spans, red, areKept: false);
        new EdgeCounter(new SeriesLimits(100, 100)).Count(traces, edges);
        return (red, edges);
    }

    private static void Add(SpanBatchBuilder spans, int row, SamplingThreshold threshold)
    {
        if (threshold != SamplingThreshold.Always)
        {
            spans.Batch.Spans.TraceStates[row] = spans.Id($"ot=th:{threshold}");
        }
    }

    /// <summary>All calls of bank, whoever saw them: the client alone names nobody here.</summary>
    private static bool IsCall(SeriesCell cell, string server) =>
        cell.Key.Labels[SeriesLabels.View] is "server" or "client_only" or "server_only"
        && (cell.Key.Labels[SeriesLabels.Server] == server || cell.Key.Labels[SeriesLabels.View] == "client_only");

    private static void AssertNear(double truth, double share, double sum)
    {
        if (share == 1)
        {
            Assert.Equal(truth, sum);
            return;
        }
        // Of Horvitz and Thompson, and at most a quarter for each kept one that is rounded.
        double error = Math.Sqrt(truth * ((1 / share) - 1 + (share / 4)));
        Assert.InRange(sum, truth - (3 * error), truth + (3 * error));
    }

    private static double Sum(SeriesDelta delta, Func<SeriesCell, bool> which) =>
        Enumerable.Range(0, delta.Count).Select(i => delta[i]).Where(which).Sum(cell => (double)cell.Count);

    private static string[] Lines(SeriesDelta delta) =>
        [.. Enumerable.Range(0, delta.Count).Select(i => delta[i]).Select(cell => $"{cell.Key} {cell.Step} {cell.Count} {cell.Errors} {cell.Durations.Sum}")];
}
