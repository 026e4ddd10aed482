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

    /// <summary>Spans with different ids have no parent id.</summary>
    SeveralRoots = 32,

    /// <summary>Some spans name a parent that is not there.</summary>
    MissingParents = 64,

    /// <summary>Chains of parents led back to themselves, and were cut.</summary>
    CyclesBroken = 128,

    /// <summary>Some spans have the same id and kind and different content; all are kept.</summary>
    ConflictingDuplicates = 256,

    /// <summary>Some spans of different kinds share an id, as the two ends of a call do in Zipkin.</summary>
    SharedSpanIds = 512,

    /// <summary>Some spans end before they start; they count as lasting 0 ns.</summary>
    NegativeDurations = 1024,

    /// <summary>Some spans begin before their parent, or end after it although it waits for them.</summary>
    ChildrenOutside = 2048,

    /// <summary>Clocks of hosts differ; derived values are those of corrected times, the spans are as they came.</summary>
    ClocksCorrected = 4096,

    /// <summary>Some of its spans came after others were stored; they have been brought together since.</summary>
    Amended = 8192,

    /// <summary>The flags of a part that may lack the trace's earliest spans.</summary>
    Partial = WithoutRoot | Late | Open,

    /// <summary>What follows from the spans alone, and is found anew when parts are brought together.</summary>
    Derived = WithoutRoot | SeveralRoots | MissingParents | CyclesBroken | ConflictingDuplicates | SharedSpanIds | NegativeDurations
        | ChildrenOutside | ClocksCorrected,
}
