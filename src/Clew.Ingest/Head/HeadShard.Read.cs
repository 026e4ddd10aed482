using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

// How one trace is read.
internal sealed partial class HeadShard
{
    /// <summary>Copies all spans of a trace that a snapshot of that epoch sees; null where it sees none.</summary>
    public TraceFlags? Read(Tenant tenant, TraceId traceId, long epoch, SpanBatchCopier destination)
    {
        lock (Gate)
        {
            if (!newest.TryGetValue(new TraceKey(tenant, traceId), out int part))
            {
                return null;
            }
            TraceFlags? flags = null;
            for (; part >= 0; part = Parts.Olders[part])
            {
                if (!Parts.IsVisible(part, epoch) || Parts.SpanCounts[part] == 0)
                {
                    continue;
                }
                var arena = Parts.Arenas[part];
                destination.Begin(arena.Batch);
                for (int row = Parts.FirstRows[part]; row >= 0; row = arena.Spans.NextInPart(row))
                {
                    arena.Copy(row, traceId, destination);
                }
                flags = (flags ?? TraceFlags.None) | Parts.Flags[part] | (Parts.HasRoots[part] ? 0 : TraceFlags.WithoutRoot);
            }
            return flags;
        }
    }
}
