using Clew.Core.Encodings;
using Clew.Core.Series;
using Clew.Ingest.Sampling.Policies;

namespace Clew.Ingest.Sampling.Rules;

/// <summary>
/// Roots slower than the 99th percentile of their operation: of the last whole period, or until there is one of this period.
/// </summary>
/// <remarks>
/// Bounded: <see cref="MostOperations"/> operations, two sketches each; what comes beyond is not judged until the period ends.
/// </remarks>
internal sealed class UnusuallySlowRule(UnusuallySlowPolicy policy, TimeProvider clock) : ConditionRule
{
    public const int MostOperations = 2000;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private readonly List<(ulong Operation, ulong Duration)> pending = [];
    private Dictionary<ulong, LatencySketch> before = [];
    private Dictionary<ulong, LatencySketch> now = [];
    private readonly Dictionary<ulong, double> limits = []; // of this batch
    private long periodStart = clock.GetTimestamp();

    public override void Commit()
    {
        foreach (var (operation, duration) in pending)
        {
            if (!now.TryGetValue(operation, out var sketch))
            {
                if (now.Count == MostOperations)
                {
                    continue;
                }
                now.Add(operation, sketch = new LatencySketch());
            }
            sketch.Add(duration);
        }
        pending.Clear();
    }

    protected override void Begin(TraceView traces)
    {
        pending.Clear();
        limits.Clear();
        if (clock.GetElapsedTime(periodStart) >= Period)
        {
            periodStart = clock.GetTimestamp();
            (before, now) = (now, []);
        }
    }

    protected override bool Holds(TraceView traces, int trace)
    {
        int root = traces.Root(trace);
        if (root < 0)
        {
            return false;
        }
        var batch = traces.Batch.Spans;
        ulong operation = StableHash.Of(batch.Strings[batch.Spans.Names[root]])
            ^ ulong.RotateLeft(StableHash.Of(batch.Strings[batch.ServiceName(root)]), 31);
        ulong duration = batch.Spans.Duration(root);
        pending.Add((operation, duration));
        if (!limits.TryGetValue(operation, out double limit))
        {
            limit = Limit(operation);
            limits.Add(operation, limit);
        }
        return duration > limit;
    }

    private double Limit(ulong operation)
    {
        if (!before.TryGetValue(operation, out var sketch) || sketch.Count < (ulong)policy.MinTraces)
        {
            now.TryGetValue(operation, out sketch);
        }
        return sketch is not null && sketch.Count >= (ulong)policy.MinTraces
            ? sketch.Quantile(0.99) * policy.Factor * (1 + LatencySketch.RelativeError)
            : double.PositiveInfinity;
    }
}
