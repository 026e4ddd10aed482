namespace Shop.Database;

/// <summary>A row and the number the table gave it. Numbers rise and are never given twice.</summary>
internal readonly record struct StoredRow<TRow>(long Number, TRow Row);
