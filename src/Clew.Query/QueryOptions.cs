namespace Clew.Query;

/// <summary>Bounds of queries.</summary>
public sealed record QueryOptions
{
    /// <summary>Most traces a page may hold.</summary>
    public int MaxLimit { get; init; } = 1000;

    /// <summary>How long a query may take. What was found until then is returned and called partial.</summary>
    public TimeSpan TimeBudget { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a full page is held back to learn whether there is another; after that it goes out with a cursor to try.</summary>
    public TimeSpan LookAhead { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Queries that run at the same time.</summary>
    public int MaxConcurrentQueries { get; init; } = Math.Max(4, Environment.ProcessorCount * 2);

    /// <summary>Queries that wait for their turn; one more is refused with <see cref="QueryOverloadedException"/>.</summary>
    public int MaxWaitingQueries { get; init; } = 64;

    /// <summary>Up to here a bounded total counts.</summary>
    public int BoundedTotal { get; init; } = 1000;

    /// <summary>Distinct traces one query may look at and remember (about 50 bytes each); past it totals are lower bounds.</summary>
    public int MaxTracesPerQuery { get; init; } = 1_000_000;

    /// <summary>Groups one aggregation may open: about 60 bytes each, and the values that name them.</summary>
    public int MaxGroups { get; init; } = 200_000;
}
