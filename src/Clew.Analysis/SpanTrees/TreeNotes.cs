namespace Clew.Analysis.SpanTrees;

/// <summary>
/// What is worth saying about the shape of a trace. The numbers are those of the skeleton's trace flags: keep in sync with
/// <c>docs/api/own.md</c>.
/// </summary>
[Flags]
public enum TreeNotes
{
    None = 0,

    /// <summary>Spans with different ids have no parent id.</summary>
    SeveralRoots = 2,

    /// <summary>Some spans name a parent that is not there.</summary>
    MissingParents = 4,

    CyclesBroken = 16,

    ConflictingDuplicates = 32,

    /// <summary>Some spans end before they start.</summary>
    NegativeDurations = 64,

    /// <summary>Spans of different kinds share an id, as the two ends of a call do in Zipkin.</summary>
    SharedSpanIds = 128,

    /// <summary>Some spans begin before their parent, or end after it although it waits for them. Found by the timeline.</summary>
    ChildrenOutside = 256,

    /// <summary>Clocks of hosts differ, and times were corrected. Found by the timeline.</summary>
    ClocksCorrected = 512,

    /// <summary>No span is without a parent id: the root has not come.</summary>
    WithoutRoot = 0x1_0000,
}
