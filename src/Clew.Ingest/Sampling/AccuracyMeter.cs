using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Sampling;

/// <summary>Measures how well kept spans stand for all, by service.</summary>
/// <remarks>
/// Bounded: <see cref="MostServices"/> services in each of two periods; further ones are measured as one, without a name. Belongs to the
/// assembler's turn, but for <see cref="Read"/>.
/// </remarks>
internal sealed class AccuracyMeter(TimeProvider clock)
{
    public const int MostServices = 1000;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Dictionary<int, Sums> pending = []; // by string id
    private readonly Dictionary<int, double> weights = []; // of senders, by string id
    private Dictionary<string, Sums> before = [];
    private Dictionary<string, Sums> now = [];
    private long periodStart = clock.GetTimestamp();
    private SpanBatch batch = new();

    /// <summary>Starts a batch; what was added of the one before and not committed is forgotten.</summary>
    public void Begin(SpanBatch spans)
    {
        batch = spans;
        pending.Clear();
        weights.Clear();
    }

    /// <summary>Adds the spans of a trace.</summary>
    /// <param name="range">Its spans.</param>
    /// <param name="threshold">What Clew sampled it with.</param>
    /// <param name="isKept">Whether it was kept.</param>
    public void Add(RowRange range, SamplingThreshold threshold, bool isKept)
    {
        var spans = batch.Spans;
        double own = threshold.AdjustedCount;
        for (int row = range.Start; row < range.End; row++)
        {
            double sent = spans.TraceStates[row] == 0 ? 1 : Weight(spans.TraceStates[row]);
            ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(pending, batch.ServiceName(row), out _);
            sums.True += sent;
            if (isKept)
            {
                sums.Adjusted += Math.Max(sent, own);
                sums.Kept++;
            }
        }
    }

    /// <summary>The batch was stored.</summary>
    public void Commit()
    {
        lock (gate)
        {
            if (clock.GetElapsedTime(periodStart) >= Period)
            {
                periodStart = clock.GetTimestamp();
                (before, now) = (now, []);
            }
            foreach (var (id, added) in pending)
            {
                string service = batch.Text(id);
                service = now.Count < MostServices || now.ContainsKey(service) ? service : "";
                ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(now, service, out _);
                sums = sums.Plus(added);
            }
        }
        pending.Clear();
    }

    /// <summary>The figures, the largest services first. May be called from any thread.</summary>
    public IReadOnlyList<SamplingAccuracy> Read()
    {
        lock (gate)
        {
            return
            [
                .. now.Keys.Union(before.Keys)
                    .Select(service => (Service: service, Sums: now.GetValueOrDefault(service).Plus(before.GetValueOrDefault(service))))
                    .Select(each => new SamplingAccuracy(each.Service, each.Sums.True, each.Sums.Adjusted, each.Sums.Kept))
                    .OrderByDescending(each => each.TrueSpans).ThenBy(each => each.Service, StringComparer.Ordinal),
            ];
        }
    }

    private double Weight(int traceState)
    {
        if (!weights.TryGetValue(traceState, out double weight))
        {
            weight = SamplingState.Parse(batch.Strings[traceState]).Threshold.AdjustedCount;
            weights.Add(traceState, weight);
        }
        return weight;
    }

    private record struct Sums(double True, double Adjusted, long Kept)
    {
        public readonly Sums Plus(Sums other) => new(True + other.True, Adjusted + other.Adjusted, Kept + other.Kept);
    }
}
