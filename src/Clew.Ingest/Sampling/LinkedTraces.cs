using Clew.Core.Model;
using Clew.Ingest.Sampling.Decisions;
using Clew.Ingest.Sampling.Rules;

namespace Clew.Ingest.Sampling;

/// <summary>
/// Keeps traces together that link to one another: where one is kept, so is the other. Each is then kept unless all of them miss their
/// thresholds, so that its own becomes the product of theirs: sums stay unbiased.
/// </summary>
/// <remarks>
/// Links reach one trace far, and as far as the other is in the batch, was decided before and is remembered, or comes later and is
/// remembered as linked to. Bounded: <see cref="MostWanted"/> traces in each of two halves; not persisted.
/// </remarks>
internal sealed class LinkedTraces(DecisionMemory decisions)
{
    public const int MostWanted = 50_000;

    private readonly Dictionary<ulong, List<int>> rowsOf = []; // of this batch, by trace
    private readonly HashSet<(int, int)> pairs = [];
    private readonly Dictionary<ulong, Wanted> pending = [];
    private Dictionary<ulong, Wanted> young = [];
    private Dictionary<ulong, Wanted> old = [];

    /// <summary>Lets linked traces share their luck.</summary>
    /// <param name="view">The traces that are decided.</param>
    /// <param name="keys">Their numbers.</param>
    /// <param name="tenant">The tenant's number.</param>
    /// <param name="thresholds">What each was given; becomes what it is kept with.</param>
    /// <param name="kept">Whether each reached its own; becomes whether it is kept.</param>
    public void Apply(TraceView view, ReadOnlySpan<ulong> keys, ulong tenant, Span<ulong> thresholds, Span<bool> kept)
    {
        pending.Clear();
        pairs.Clear();
        rowsOf.Clear();
        for (int i = 0; i < keys.Length; i++)
        {
            if (!rowsOf.TryGetValue(keys[i], out var rows))
            {
                rowsOf.Add(keys[i], rows = []);
            }
            rows.Add(i);
        }
        double[] misses = new double[keys.Length];
        bool[] own = kept.ToArray();
        for (int i = 0; i < keys.Length; i++)
        {
            misses[i] = Miss(thresholds[i]);
            if (young.TryGetValue(keys[i], out var wanted) || old.TryGetValue(keys[i], out wanted))
            {
                misses[i] *= wanted.Miss;
                kept[i] |= wanted.IsKept;
            }
        }
        for (int i = 0; i < keys.Length; i++)
        {
            Follow(view, i, keys[i], tenant, thresholds, own, misses, kept);
        }
        for (int i = 0; i < keys.Length; i++)
        {
            thresholds[i] = misses[i] == Miss(thresholds[i])
                ? thresholds[i]
                : new SamplingThreshold(Math.Min((ulong)(misses[i] * SamplingThreshold.Range), SamplingThreshold.Range - 1)).Stored().Value;
        }
    }

    /// <summary>The batch was stored.</summary>
    public void Commit()
    {
        foreach (var (trace, wanted) in pending)
        {
            if (young.Count >= MostWanted)
            {
                (young, old) = (old, young);
                young.Clear();
            }
            young[trace] = young.TryGetValue(trace, out var known) ? known.And(wanted) : wanted;
        }
        pending.Clear();
    }

    private void Follow(
        TraceView view, int trace, ulong key, ulong tenant, ReadOnlySpan<ulong> thresholds, bool[] own, double[] misses, Span<bool> kept)
    {
        var range = view.Spans(trace);
        var batch = view.Batch.Spans;
        var seen = new HashSet<ulong>();
        for (int row = range.Start; row < range.End; row++)
        {
            var links = batch.Spans.Links[row];
            for (int link = links.Start; link < links.End; link++)
            {
                ulong other = DecisionKey.Of(tenant, batch.Links.TraceIds[link]);
                if (other == key || !seen.Add(other))
                {
                    continue;
                }
                if (rowsOf.TryGetValue(other, out var rows))
                {
                    foreach (int linked in rows)
                    {
                        if (pairs.Add((Math.Min(trace, linked), Math.Max(trace, linked))))
                        {
                            Join(trace, linked, thresholds, own, misses, kept);
                            Join(linked, trace, thresholds, own, misses, kept);
                        }
                    }
                }
                else if (decisions.TryFind(other, out var decision))
                {
                    misses[trace] *= Miss(decision.Threshold.Value);
                    kept[trace] |= decision.IsKept;
                }
                else
                {
                    var wanted = new Wanted(Miss(thresholds[trace]), own[trace]);
                    pending[other] = pending.TryGetValue(other, out var known) ? known.And(wanted) : wanted;
                }
            }
        }
    }

    private static void Join(int trace, int with, ReadOnlySpan<ulong> thresholds, bool[] own, double[] misses, Span<bool> kept)
    {
        misses[trace] *= Miss(thresholds[with]);
        kept[trace] |= own[with];
    }

    /// <summary>The chance of being dropped.</summary>
    private static double Miss(ulong threshold) => threshold / (double)SamplingThreshold.Range;

    private readonly record struct Wanted(double Miss, bool IsKept)
    {
        public Wanted And(Wanted other) => new(Miss * other.Miss, IsKept || other.IsKept);
    }
}
