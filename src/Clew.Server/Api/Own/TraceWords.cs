using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Query.Traces;

namespace Clew.Server.Api.Own;

/// <summary>What is known of a trace as a whole, in the API's words. Keep in sync with docs/api/own.md.</summary>
internal static class TraceWords
{
    public static readonly IReadOnlyList<string> Endings = ["open", "quiet", "idle", "early", "bound"];

    private static readonly (TreeNotes Note, string Word)[] OfTree =
    [
        (TreeNotes.WithoutRoot, "without root"),
        (TreeNotes.SeveralRoots, "several roots"),
        (TreeNotes.MissingParents, "missing parents"),
        (TreeNotes.CyclesBroken, "cycles broken"),
        (TreeNotes.ConflictingDuplicates, "conflicting duplicates"),
        (TreeNotes.SharedSpanIds, "shared span ids"),
        (TreeNotes.NegativeDurations, "negative durations"),
        (TreeNotes.ChildrenOutside, "children outside"),
        (TreeNotes.ClocksCorrected, "clocks corrected"),
    ];

    /// <summary>Why the trace was closed.</summary>
    public static string Closed(MergedTrace trace) =>
        trace.Flags.HasFlag(TraceFlags.Open) ? "open"
        : trace.Flags.HasFlag(TraceFlags.ClosedEarly) ? "early"
        : trace.Flags.HasFlag(TraceFlags.ClosedAtBound) ? "bound"
        : trace.HasRoot ? "quiet" : "idle";

    /// <summary>What is odd about it.</summary>
    public static IEnumerable<string> Notes(MergedTrace trace, SpanTree tree)
    {
        foreach (var (note, word) in OfTree)
        {
            if (tree.TraceNotes.HasFlag(note))
            {
                yield return word;
            }
        }
        if ((trace.Flags & (TraceFlags.Late | TraceFlags.Amended)) != 0)
        {
            yield return "late spans";
        }
    }
}
