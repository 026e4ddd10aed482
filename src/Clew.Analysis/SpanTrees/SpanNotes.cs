namespace Clew.Analysis.SpanTrees;

/// <summary>
/// What is worth saying about one span of a tree. The numbers are those of the skeleton's span flags: keep in sync with
/// <c>docs/api/own.md</c>.
/// </summary>
[Flags]
public enum SpanNotes : byte
{
    None = 0,

    /// <summary>The end lies before the start; the span counts as lasting 0 ns.</summary>
    EndBeforeStart = 1,

    /// <summary>It names a parent that is not among the trace's spans; it stands at the top level.</summary>
    MissingParent = 2,

    HasEvents = 4,

    HasLinks = 8,

    /// <summary>Another span has the same id and kind and other content; both are kept.</summary>
    ConflictingDuplicate = 16,

    /// <summary>Its chain of parents led back to itself; the chain was cut above this span, which stands at the top level.</summary>
    CycleBroken = 32,

    /// <summary>It begins before its parent, or ends after it although the parent waits for it. Found by the timeline.</summary>
    OutsideParent = 64,

    /// <summary>Its host's clock differs from the root's, and its times were corrected. Found by the timeline.</summary>
    ClockCorrected = 128,
}
