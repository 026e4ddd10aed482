namespace Clew.Query;

/// <summary>Too many queries run and wait already. Nothing was done; the same query may succeed a moment later.</summary>
public sealed class QueryOverloadedException() : Exception("Too many queries are running; try again in a moment.");
