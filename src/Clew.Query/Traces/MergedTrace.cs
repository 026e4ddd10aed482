using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Query.Traces;

/// <summary>A whole trace, put together from all parts in all sources; every span once.</summary>
/// <param name="TraceId">The trace.</param>
/// <param name="Spans">Its spans, at least one, in no particular order. Spans of one id with different content are all there.</param>
/// <param name="Flags">The union of the parts' flags.</param>
/// <param name="Position">Its place in the order of traces.</param>
/// <param name="MatchedSpans">How many of the spans match the search; 0 where there was none.</param>
public sealed record MergedTrace(TraceId TraceId, SpanBatch Spans, TraceFlags Flags, TracePosition Position, int MatchedSpans)
{
    /// <summary>Null, or a sentence that says why spans of the trace may be missing: stored data that cannot be read.</summary>
    public string? Incomplete { get; init; }

    /// <summary>True where no more spans are expected: the trace is closed, its root is there, and nothing of it is known to be lost.</summary>
    public bool IsComplete => !Flags.HasFlag(TraceFlags.Open) && HasRoot && Incomplete is null;

    /// <summary>True where a span without a parent is there.</summary>
    public bool HasRoot
    {
        get
        {
            for (int i = 0; i < Spans.Count; i++)
            {
                if (Spans.Spans.ParentSpanIds[i].IsEmpty)
                {
                    return true;
                }
            }
            return false;
        }
    }
}
