namespace Clew.Query.Catalog;

/// <summary>A service that sent spans. The name is empty for spans whose resource has none.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SpanCount">Spans that are there.</param>
/// <param name="AdjustedCount">How many these stand for, whoever sampled; null where it was not asked for.</param>
public readonly record struct ServiceEntry(string Name, long SpanCount, double? AdjustedCount = null);
