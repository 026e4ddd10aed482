using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Counting;

/// <summary>
/// Which traces and times of late had spans that came after their trace had been closed, so that answers about them can say so. Thread-safe.
/// </summary>
/// <remarks>
/// Bounded: the newest <see cref="MostTraces"/> traces, and for each tenant <see cref="MostPeriods"/> periods, of which those nearest each
/// other become one. Not kept over a restart.
/// </remarks>
public sealed class LateArrivals
{
    /// <summary>Traces that are remembered, the newest.</summary>
    public const int MostTraces = 10_000;

    /// <summary>Periods that are remembered of each tenant.</summary>
    public const int MostPeriods = 128;

    private readonly Lock gate = new();
    private readonly Dictionary<(Tenant Tenant, TraceId TraceId), long> traces = [];
    private readonly Queue<(Tenant Tenant, TraceId TraceId)> order = new();
    private readonly Dictionary<Tenant, List<LatePeriod>> periodsOf = []; // in order of time, apart from each other
    private readonly List<(TraceId TraceId, LatePeriod Period)> prepared = []; // the assembler's

    /// <summary>Traces that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return traces.Count;
            }
        }
    }

    /// <summary>Looks at a batch before any of it is dropped; <see cref="Commit"/> follows once it is counted. One thread at a time.</summary>
    internal void Prepare(TraceBatch batch)
    {
        prepared.Clear();
        var table = batch.Traces;
        for (int i = 0; i < table.Count; i++)
        {
            if ((table.Flags[i] & TraceFlags.Late) != 0 && table.Spans[i] is { Count: > 0 } rows)
            {
                var starts = batch.Spans.Spans.StartTimes.AsSpan(rows.Start, rows.Count);
                prepared.Add((table.TraceIds[i], new LatePeriod(Min(starts), Max(starts), rows.Count)));
            }
        }
    }

    /// <summary>What was prepared has been counted.</summary>
    internal void Commit(Tenant tenant)
    {
        if (prepared.Count == 0)
        {
            return;
        }
        lock (gate)
        {
            foreach (var (traceId, period) in prepared)
            {
                Add((tenant, traceId), period.Spans);
                Add(tenant, period);
            }
        }
        prepared.Clear();
    }

    /// <summary>How many spans of a trace are remembered to have come late.</summary>
    public long Of(Tenant tenant, TraceId traceId)
    {
        lock (gate)
        {
            return traces.GetValueOrDefault((tenant, traceId));
        }
    }

    /// <summary>How many late spans are remembered of a range; some may lie just outside of it.</summary>
    public long Within(Tenant tenant, TimeRange range)
    {
        lock (gate)
        {
            return periodsOf.TryGetValue(tenant, out var periods)
                ? periods.Where(period => period.From < range.To && period.To >= range.From).Sum(static period => period.Spans)
                : 0;
        }
    }

    private void Add((Tenant, TraceId) trace, long spans)
    {
        if (!traces.TryAdd(trace, spans))
        {
            traces[trace] += spans;
            return;
        }
        order.Enqueue(trace);
        if (order.Count > MostTraces)
        {
            traces.Remove(order.Dequeue());
        }
    }

    private void Add(Tenant tenant, LatePeriod period)
    {
        if (!periodsOf.TryGetValue(tenant, out var periods))
        {
            periodsOf.Add(tenant, periods = []);
        }
        int at = periods.FindIndex(each => each.To >= period.From);
        at = at < 0 ? periods.Count : at;
        for (; at < periods.Count && periods[at].From <= period.To; periods.RemoveAt(at))
        {
            period = Join(period, periods[at]);
        }
        periods.Insert(at, period);
        if (periods.Count > MostPeriods)
        {
            int nearest = Enumerable.Range(0, periods.Count - 1).MinBy(i => periods[i + 1].From - periods[i].To);
            periods[nearest] = Join(periods[nearest], periods[nearest + 1]);
            periods.RemoveAt(nearest + 1);
        }
    }

    private static LatePeriod Join(LatePeriod one, LatePeriod other) =>
        new(Math.Min(one.From, other.From), Math.Max(one.To, other.To), one.Spans + other.Spans);

    private static ulong Min(ReadOnlySpan<ulong> values)
    {
        ulong min = values[0];
        foreach (ulong value in values)
        {
            min = Math.Min(min, value);
        }
        return min;
    }

    private static ulong Max(ReadOnlySpan<ulong> values)
    {
        ulong max = values[0];
        foreach (ulong value in values)
        {
            max = Math.Max(max, value);
        }
        return max;
    }
}
