namespace Clew.Storage.Embedded.Series;

/// <summary>Where a page of cells lies.</summary>
/// <param name="FirstCell">Number of its first cell in the block.</param>
/// <param name="Cells">How many it holds.</param>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="Length">Its bytes, checksum included.</param>
internal readonly record struct SeriesCellPage(int FirstCell, int Cells, long Offset, int Length);
