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

    /// <summary>No span is without a parent id: the root has not come.</summary>
    WithoutRoot = 0x1_0000,
}
