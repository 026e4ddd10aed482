namespace Clew.Ingest.Counting;

/// <summary>A time of which spans came late.</summary>
/// <param name="From">Smallest start, Unix nanoseconds.</param>
/// <param name="To">Largest start.</param>
/// <param name="Spans">How many spans.</param>
public readonly record struct LatePeriod(ulong From, ulong To, long Spans);
