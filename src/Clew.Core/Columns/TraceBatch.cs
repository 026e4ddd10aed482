namespace Clew.Core.Columns;

/// <summary>
/// Closed traces on their way to the store: spans of one trace are consecutive and in preorder (parents before children,
/// siblings by start time), one row of <see cref="Traces"/> for each.
/// </summary>
/// <remarks>Bounded by its producer, the assembler. Belongs to one thread at a time.</remarks>
public sealed class TraceBatch
{
    public SpanBatch Spans { get; } = new();

    public TraceTable Traces { get; } = new();

    /// <summary>Derived, one per span: nanoseconds of the span that no child covers.</summary>
    public ulong[] SelfTimes = [];

    /// <summary>Forgets everything and keeps the memory.</summary>
    public void Clear()
    {
        Spans.Clear();
        Traces.Clear();
    }
}
