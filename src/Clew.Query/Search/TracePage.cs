namespace Clew.Query.Search;

/// <summary>One page of a search.</summary>
/// <param name="Traces">What was made of the traces, newest start first, ties by descending trace id.</param>
/// <param name="Next">Where the next page begins; null on the last page.</param>
/// <param name="Total">Null where it was not asked for.</param>
/// <param name="Statistics">What it cost.</param>
/// <param name="Partial">Null, or a sentence that says what is missing and why.</param>
public sealed record TracePage<T>(
    IReadOnlyList<T> Traces, TraceCursor? Next, TraceTotal? Total, QueryStatistics Statistics, string? Partial);
