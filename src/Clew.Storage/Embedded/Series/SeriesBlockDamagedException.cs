namespace Clew.Storage.Embedded.Series;

/// <summary>A block that is to be merged cannot be read. Which, and why, has been told.</summary>
internal sealed class SeriesBlockDamagedException() : Exception("A block cannot be read.");
