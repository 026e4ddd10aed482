using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>Spans that were dealt with before.</summary>
internal interface IKnownSpans
{
    /// <summary>True for a span that was. The lock of the arena's shard is held.</summary>
    bool Knows(Arena arena, int row, TraceId traceId);
}
