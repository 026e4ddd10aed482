namespace Clew.Query;

/// <summary>A query that cannot be answered in part took longer than its time budget.</summary>
public sealed class QueryTimeoutException(TimeSpan budget)
    : Exception(FormattableString.Invariant($"The query took longer than {budget.TotalSeconds:0.###} s and was stopped."));
