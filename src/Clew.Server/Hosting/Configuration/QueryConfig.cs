using Clew.Query;

namespace Clew.Server.Hosting.Configuration;

/// <summary>The keys of queries.</summary>
internal static class QueryConfig
{
    public static QueryOptions Read(ConfigurationReader reader)
    {
        var defaults = new QueryOptions();
        return defaults with
        {
            TimeBudget = reader.Duration("Query:TimeBudget", defaults.TimeBudget, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), "How long a query may take; what was found until then is returned and called partial"),
            MaxLimit = reader.Number("Query:MaxLimit", defaults.MaxLimit, 1, 100_000, "Most traces of a page"),
            MaxConcurrentQueries = reader.Number("Query:MaxConcurrentQueries", defaults.MaxConcurrentQueries, 1, 10_000, "Queries that run at the same time"),
            MaxWaitingQueries = reader.Number("Query:MaxWaitingQueries", defaults.MaxWaitingQueries, 0, 100_000, "Queries that wait for their turn; more are answered 503"),
            MaxTracesPerQuery = reader.Number("Query:MaxTracesPerQuery", defaults.MaxTracesPerQuery, 1_000, 100_000_000, "Distinct traces one query may look at; past it totals are lower bounds"),
            MaxGroups = reader.Number("Query:MaxGroups", defaults.MaxGroups, 1, 10_000_000, "Groups of one aggregation"),
        };
    }
}
