namespace Clew.Query;

/// <summary>What a query cost.</summary>
/// <param name="SpansScanned">Spans that sources looked at, as far as they report it.</param>
/// <param name="Milliseconds">Time from the query's turn to its answer.</param>
public readonly record struct QueryStatistics(long SpansScanned, double Milliseconds);
