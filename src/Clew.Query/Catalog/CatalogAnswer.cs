namespace Clew.Query.Catalog;

/// <summary>Entries, and null or a sentence that says what is missing and why.</summary>
public sealed record CatalogAnswer<T>(IReadOnlyList<T> Entries, string? Partial);
