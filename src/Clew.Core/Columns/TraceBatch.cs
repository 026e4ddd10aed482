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

    /// <summary>Derived, one per span: nanoseconds of it on the trace's critical path.</summary>
    public ulong[] CriticalTimes = [];

    /// <summary>True where spans and traces have their derived values: all of them, or none.</summary>
    public bool HasDerivedValues => SelfTimes.Length >= Spans.Count && CriticalTimes.Length >= Spans.Count;

    /// <summary>Changes whenever string ids of before mean nothing any more.</summary>
    public int Generation { get; private set; }

    /// <summary>Forgets everything and keeps the memory.</summary>
    public void Clear()
    {
        Spans.Clear();
        Traces.Clear();
        Generation++;
    }

    /// <summary>Gives the columns of derived values as much room as the spans have.</summary>
    public void ReserveDerivedValues()
    {
        int capacity = Spans.Spans.Capacity;
        if (SelfTimes.Length < capacity)
        {
            Array.Resize(ref SelfTimes, capacity);
            Array.Resize(ref CriticalTimes, capacity);
        }
    }
}
