using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>Spans that the store holds, content and all.</summary>
/// <param name="Stored">The spans.</param>
/// <param name="BySpanId">Their rows.</param>
internal readonly record struct StoredSpans(SpanBatch Stored, Dictionary<ulong, List<int>> BySpanId) : IKnownSpans
{
    public bool Knows(Arena arena, int row, TraceId traceId)
    {
        if (!BySpanId.TryGetValue(arena.Spans.SpanId(row), out var copies))
        {
            return false;
        }
        int shown = arena.Show(row, traceId);
        bool found = false;
        for (int i = 0; i < copies.Count && !found; i++)
        {
            found = SpanContent.Same(arena.Batch, shown, Stored, copies[i]);
        }
        arena.Hide();
        return found;
    }
}
