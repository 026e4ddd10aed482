using Clew.Core.Model;
using Clew.Ingest.Sampling.Decisions;

namespace Clew.Ingest.Head;

/// <summary>Spans that were counted and dropped.</summary>
internal readonly record struct DroppedSpans(DecisionMemory Decisions, Tenant Tenant) : IKnownSpans
{
    public bool Knows(Arena arena, int row, TraceId traceId)
    {
        int shown = arena.Show(row, traceId);
        bool found = Decisions.IsDropped(DecisionKey.OfSpan(DecisionKey.Of(Tenant, traceId), arena.Batch, shown));
        arena.Hide();
        return found;
    }
}
