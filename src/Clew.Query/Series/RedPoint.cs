using Clew.Core.Series;

namespace Clew.Query.Series;

/// <summary>What a group of series counted in one step.</summary>
/// <param name="Step">Where the step starts, Unix nanoseconds.</param>
/// <param name="Count">Spans.</param>
/// <param name="Errors">How many of them failed.</param>
/// <param name="Durations">How long they took. Belongs to the caller.</param>
public sealed record RedPoint(ulong Step, ulong Count, ulong Errors, LatencySketch Durations)
{
    /// <summary>The trace with the span that took longest, of those that are kept.</summary>
    public Exemplar Slow { get; init; }

    /// <summary>One of the traces with a span that failed, chosen by chance.</summary>
    public Exemplar Failed { get; init; }

    /// <summary>One of the traces with a span that did not fail, chosen by chance.</summary>
    public Exemplar Typical { get; init; }
}
