namespace Clew.Query.Search;

/// <summary>How many traces match the search, all pages together.</summary>
/// <param name="Value">The number.</param>
/// <param name="IsExact">False where there may be more.</param>
public readonly record struct TraceTotal(long Value, bool IsExact);
