namespace Clew.Load.Payloads;

/// <summary>Where the changing values of one span lie in its payload (−1: it has none), and what they are made of.</summary>
internal record struct SpanPatch
{
    /// <summary>Which trace of the block.</summary>
    public int Trace;

    /// <summary>Index of the span, and of its parent, within the trace.</summary>
    public int Span;
    public int Parent;

    /// <summary>
    /// Shares of the trace's duration, or, for a recorded trace, nanoseconds after its end (negative) and nanoseconds.
    /// </summary>
    public double Offset;
    public double Length;
    public bool IsRecorded;

    /// <summary>The statements that may stand at <see cref="StatementAt"/>.</summary>
    public byte[][]? Statements;

    public int TraceIdAt;
    public int SpanIdAt;
    public int ParentIdAt;
    public int StartAt;
    public int EndAt;
    public int EventTimeAt;
    public int UserAt; // and the order: −1 together
    public int OrderAt;
    public int RequestAt;
    public int StatementAt;

    /// <summary>The same, the payload lying <paramref name="by"/> bytes further on.</summary>
    public readonly SpanPatch Moved(int by)
    {
        static int Move(int at, int by) => at < 0 ? at : at + by;
        return this with
        {
            TraceIdAt = Move(TraceIdAt, by),
            SpanIdAt = Move(SpanIdAt, by),
            ParentIdAt = Move(ParentIdAt, by),
            StartAt = Move(StartAt, by),
            EndAt = Move(EndAt, by),
            EventTimeAt = Move(EventTimeAt, by),
            UserAt = Move(UserAt, by),
            OrderAt = Move(OrderAt, by),
            RequestAt = Move(RequestAt, by),
            StatementAt = Move(StatementAt, by),
        };
    }
}
