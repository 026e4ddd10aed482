namespace Clew.Core.Scan;

/// <summary>What a snapshot's answers cost so far, as far as the source counts it.</summary>
/// <param name="SpansScanned">Spans looked at, besides those that hits and results report themselves.</param>
/// <param name="SegmentsScanned">Files of which spans were looked at.</param>
/// <param name="SegmentsSkipped">Files that were ruled out, not needed, or known already.</param>
public readonly record struct ScanCounters(long SpansScanned, long SegmentsScanned, long SegmentsSkipped)
{
    public static ScanCounters operator +(ScanCounters left, ScanCounters right) => new(
        left.SpansScanned + right.SpansScanned,
        left.SegmentsScanned + right.SegmentsScanned,
        left.SegmentsSkipped + right.SegmentsSkipped);
}
