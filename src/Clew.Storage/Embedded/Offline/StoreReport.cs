namespace Clew.Storage.Embedded.Offline;

/// <summary>What was found in a store's directory.</summary>
/// <param name="IsSound">True where nothing is wrong.</param>
/// <param name="Text">Plain text, lines ended by '\n', for people.</param>
public sealed record StoreReport(bool IsSound, string Text);
