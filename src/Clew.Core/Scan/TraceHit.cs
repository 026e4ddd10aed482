namespace Clew.Core.Scan;

/// <summary>A trace that matched.</summary>
/// <param name="Position">
/// Where the part that this source holds stands in the order. Other parts may begin earlier, never the trace later.
/// </param>
/// <param name="SpansScanned">Spans looked at since the hit before, for the query's statistics; 0 from sources that count in <see cref="ScanCounters"/>.</param>
public readonly record struct TraceHit(TracePosition Position, long SpansScanned);
