using Clew.Analysis.Red;
using Clew.Analysis.Series;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Testing;
using Clew.Testing.Stores;

namespace Clew.Analysis.Tests.Red;

/// <summary>Every span once, where it belongs: against a dictionary over the same spans.</summary>
public sealed class RedCounterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void CountsAreThoseOfADictionary(int seed)
    {
        var generator = new SpanGenerator(seed);
        var counter = new RedCounter(new SeriesLimits(100, 100));
        var delta = new SeriesDelta();
        for (int round = 0; round < 20; round++)
        {
            var batch = generator.Batch(round * 50);
            delta.Clear();
            counter.Count(batch, delta, areKept: true);
            var expected = Enumerable.Range(0, batch.Count)
                .GroupBy(row => (
                    Key: SeriesKey.Red(
                        batch.Text(batch.ServiceName(row)), batch.Text(batch.Spans.Names[row]), batch.Spans.Kinds[row], batch.Spans.StatusCodes[row]),
                    Step: batch.Spans.StartTimes[row] / 10_000_000_000 * 10_000_000_000))
                .ToDictionary(group => group.Key, group => group.ToList());
            Assert.Equal(expected.Count, delta.Count);
            for (int i = 0; i < delta.Count; i++)
            {
                var cell = delta[i];
                var rows = expected[(cell.Key, cell.Step)];
                // Some senders keep one of two.
                Assert.Equal((ulong)rows.Sum(Weight), cell.Count);
                Assert.Equal((ulong)rows.Where(row => batch.Spans.StatusCodes[row] == StatusCode.Error).Sum(Weight), cell.Errors);
                Assert.Equal(rows.Aggregate(UInt128.Zero, (sum, row) => sum + ((UInt128)batch.Spans.Duration(row) * (ulong)Weight(row))), cell.Durations.Sum);
                Assert.Equal(rows.Max(batch.Spans.Duration), cell.Durations.Max);
                Assert.Equal(rows.Max(batch.Spans.Duration), cell.Exemplars.Slow.Duration);
                Assert.Contains(rows, row => new Exemplar(batch.Spans.TraceIds[row], batch.Spans.Duration(row)) == cell.Exemplars.Slow);
                Assert.Contains(rows, row => new Exemplar(batch.Spans.TraceIds[row], batch.Spans.Duration(row)) == cell.Exemplars.Typical);
            }

            long Weight(int row) => batch.Spans.TraceStates[row] == 0 ? 1 : 2;
        }
        Assert.Equal(0, counter.Folded);
    }

    [Fact]
    public void OnlyTracesThatAreKeptStandForOthers()
    {
        var counter = new RedCounter(new SeriesLimits(10, 3));
        var all = new SpanBatchBuilder();
        all.Span(1, 1, name: "GET /", service: "shop", end: 500);
        all.Span(2, 2, name: "GET /", service: "shop", end: 100);
        var traces = TraceBatches.Of(all.Batch);
        var delta = new SeriesDelta();
        counter.Count(traces.Spans, delta, areKept: false);
        Assert.True(delta[0].Exemplars.IsEmpty);
        traces.Traces.Copy(1, 0);
        traces.Traces.Truncate(1);
        counter.Offer(traces);
        Assert.Equal(1, delta.Count);
        Assert.Equal((2UL, 500UL), (delta[0].Count, delta[0].Durations.Max));
        Assert.Equal(new Exemplar(new TraceId(0, 2), 100), delta[0].Exemplars.Slow);
    }

    [Fact]
    public void SpansOfFoldedOperationsAreCountedAndSaidToBe()
    {
        var counter = new RedCounter(new SeriesLimits(10, 3));
        var builder = new SpanBatchBuilder();
        for (ulong i = 0; i < 100; i++)
        {
            builder.Span(1, i + 1, name: $"GET /user/{i}", service: "shop", end: i);
        }
        var delta = new SeriesDelta();
        counter.Count(builder.Batch, delta, areKept: false);
        Assert.Equal(4, delta.Count);
        Assert.Equal(SeriesKey.Red("shop", "(other)", SpanKind.Internal, StatusCode.Unset), delta[3].Key);
        Assert.Equal(97UL, delta[3].Count);
        Assert.Equal(97, counter.Folded);
        Assert.Equal(["shop"], counter.FoldedServices);
    }

    [Fact]
    public void CountingBatchAfterBatchAllocatesNothing()
    {
        var batch = new SpanGenerator(4).Batch(5000);
        var counter = new RedCounter(new SeriesLimits(100, 100));
        var delta = new SeriesDelta();
        long before = 0;
        for (int round = 0; round < 20; round++)
        {
            if (round == 5)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }
            delta.Clear();
            counter.Count(batch, delta, areKept: true);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
