using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

// How one trace is read.
internal sealed partial class HeadShard
{
    /// <summary>The arenas, oldest first. Guarded by the lock.</summary>
    public IReadOnlyList<Arena> Arenas => arenas;

    /// <summary>
    /// True where a snapshot of that epoch sees the part in a slot, and the part is still the one that the row of the arena was added to.
    /// Guarded by the lock.
    /// </summary>
    public bool IsIn(int slot, Arena arena, int row, long epoch) =>
        Parts[slot].Arena == arena && Parts[slot].FirstRow <= row && Parts.IsVisible(slot, epoch);

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
            for (; part >= 0; part = Parts[part].Older)
            {
                if (!Parts.IsVisible(part, epoch) || Parts[part].SpanCount == 0)
                {
                    continue;
                }
                var arena = Parts[part].Arena;
                destination.Begin(arena.Batch);
                for (int row = Parts[part].FirstRow; row >= 0; row = arena.Spans.NextInPart(row))
                {
                    arena.Copy(row, traceId, destination);
                }
                flags = (flags ?? TraceFlags.None) | Parts[part].Flags | (Parts[part].HasRoot ? 0 : TraceFlags.WithoutRoot);
            }
            return flags;
        }
    }
}
