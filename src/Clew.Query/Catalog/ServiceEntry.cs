namespace Clew.Query.Catalog;

/// <summary>A service that sent spans. The name is empty for spans whose resource has none.</summary>
public readonly record struct ServiceEntry(string Name, long SpanCount);
