using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Counting;
using Clew.Testing;
using Clew.Testing.Stores;

namespace Clew.Ingest.Tests.Counting;

/// <summary>What came late is known by trace and by time, within its bounds, and not before it is counted.</summary>
public sealed class LateArrivalsTests
{
    private readonly LateArrivals arrivals = new();

    [Fact]
    public void LateSpansAreToldByTraceAndTimeOnceTheyAreCounted()
    {
        arrivals.Prepare(Batch((1, 100, 2, true), (2, 500, 3, false)));
        Assert.Equal(0, arrivals.Of(Tenant.Default, new TraceId(0, 1)));
        arrivals.Commit(Tenant.Default);
        arrivals.Prepare(Batch((1, 200, 1, true)));
        arrivals.Commit(Tenant.Default);
        Assert.Equal((3, 0), (arrivals.Of(Tenant.Default, new TraceId(0, 1)), arrivals.Of(Tenant.Default, new TraceId(0, 2))));
        Assert.Equal(0, arrivals.Of(new Tenant("acme"), new TraceId(0, 1)));
        Assert.Equal((2, 1, 3, 0), (Within(0, 150), Within(150, 1000), Within(0, 1000), Within(300, 1000)));
    }

    [Fact]
    public void AFloodOfLateTracesStaysWithinItsBounds()
    {
        var random = new Random(1);
        for (ulong trace = 1; trace <= 30_000; trace += 100)
        {
            arrivals.Prepare(Batch([.. Enumerable.Range(0, 100).Select(i => (trace + (ulong)i, (ulong)random.NextInt64(1L << 50), 1, true))]));
            arrivals.Commit(Tenant.Default);
        }
        Assert.Equal(LateArrivals.MostTraces, arrivals.Count);
        Assert.Equal((0, 1), (arrivals.Of(Tenant.Default, new TraceId(0, 1)), arrivals.Of(Tenant.Default, new TraceId(0, 30_000))));
        Assert.Equal(30_000, arrivals.Within(Tenant.Default, TimeRange.All));
    }

    private long Within(ulong from, ulong to) => arrivals.Within(Tenant.Default, new TimeRange(from, to));

    private static TraceBatch Batch(params (ulong Trace, ulong Start, int Spans, bool IsLate)[] traces)
    {
        var builder = new SpanBatchBuilder();
        foreach (var (trace, start, spans, _) in traces)
        {
            for (int i = 0; i < spans; i++)
            {
                builder.Span(trace, (ulong)i + 1, start: start, end: start + 1);
            }
        }
        var batch = TraceBatches.Of(builder.Batch);
        for (int i = 0; i < batch.Traces.Count; i++)
        {
            batch.Traces.Flags[i] = traces.Single(each => batch.Traces.TraceIds[i].Low == each.Trace).IsLate ? TraceFlags.Late : TraceFlags.None;
        }
        return batch;
    }
}
