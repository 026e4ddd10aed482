namespace Clew.Query;

/// <summary>What a query cost.</summary>
/// <param name="SpansScanned">Spans that sources looked at.</param>
/// <param name="SegmentsScanned">Stored files of which spans were looked at.</param>
/// <param name="SegmentsSkipped">Stored files that were ruled out, not needed, or whose figures were known already.</param>
/// <param name="Milliseconds">Time from the query's turn to its answer.</param>
public readonly record struct QueryStatistics(long SpansScanned, long SegmentsScanned, long SegmentsSkipped, double Milliseconds);
