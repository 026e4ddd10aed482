namespace Clew.Storage.Embedded.Series;

/// <summary>A record in the log, without its delta.</summary>
/// <param name="File">Number of the log file.</param>
/// <param name="Place">Where in it the delta begins.</param>
/// <param name="Length">Bytes of the delta.</param>
/// <param name="Checksum">CRC-32C of the delta.</param>
/// <param name="Append">The append it belongs to.</param>
/// <param name="Previous">The last append that was known to have taken place when it was written.</param>
internal sealed record SeriesLogRecord(long File, long Place, int Length, uint Checksum, AppendId Append, AppendId Previous);
