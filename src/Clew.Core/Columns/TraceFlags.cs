namespace Clew.Core.Columns;

/// <summary>What is known of a trace, or of a part of one. The numbers are stored on disk and never change.</summary>
[Flags]
public enum TraceFlags
{
    None = 0,

    /// <summary>This part holds no root span: the root came in another part, or never.</summary>
    WithoutRoot = 1,

    /// <summary>Closed before it was quiet, to free memory.</summary>
    ClosedEarly = 2,

    /// <summary>Closed at the bound of a trace's age or size.</summary>
    ClosedAtBound = 4,

    /// <summary>Spans still may come: the trace lies in the head.</summary>
    Open = 8,

    /// <summary>Spans that came after another part of this trace was stored.</summary>
    Late = 16,

    /// <summary>The flags of a part that may lack the trace's earliest spans.</summary>
    Partial = WithoutRoot | Late | Open,
}
