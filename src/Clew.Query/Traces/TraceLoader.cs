using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Query.Traces;

/// <summary>
/// Reads whole traces from all snapshots of a query, one after the other, into the same memory: a trace is valid until the next
/// is loaded. Not thread-safe. Bounded by the largest trace it reads.
/// </summary>
internal sealed class TraceLoader
{
    private readonly IReadOnlyList<ISpanSnapshot> snapshots;
    private readonly Tenant tenant;
    private readonly SpanBatch parts = new();
    private readonly SpanBatchCopier partsCopier;
    private readonly SpanBatch distinct = new();
    private readonly SpanBatchCopier distinctCopier;

    public TraceLoader(IReadOnlyList<ISpanSnapshot> snapshots, Tenant tenant)
    {
        this.snapshots = snapshots;
        this.tenant = tenant;
        partsCopier = new SpanBatchCopier(parts);
        distinctCopier = new SpanBatchCopier(distinct);
    }

    /// <summary>The trace, or null where no source holds a span of it.</summary>
    public async ValueTask<MergedTrace?> LoadAsync(TraceId traceId, CancellationToken cancellationToken)
    {
        parts.Clear();
        partsCopier.Forget();
        var flags = TraceFlags.None;
        foreach (var snapshot in snapshots)
        {
            flags |= await snapshot.ReadTraceAsync(tenant, traceId, partsCopier, cancellationToken) ?? TraceFlags.None;
        }
        if (parts.Count == 0)
        {
            return null;
        }
        var spans = WithoutDuplicates();
        ulong start = ulong.MaxValue;
        for (int i = 0; i < spans.Count; i++)
        {
            start = Math.Min(start, spans.Spans.StartTimes[i]);
        }
        return new MergedTrace(traceId, spans, flags, new TracePosition(start, traceId), 0);
    }

    private SpanBatch WithoutDuplicates()
    {
        var rows = DistinctSpans.Rows(parts);
        if (rows.Count == parts.Count)
        {
            return parts;
        }
        distinct.Clear();
        distinctCopier.Forget();
        distinctCopier.Begin(parts);
        foreach (int row in rows)
        {
            distinctCopier.Copy(row);
        }
        return distinct;
    }
}
