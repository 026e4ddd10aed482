namespace Clew.Core.Series;

/// <summary>What one series counted in one step of time.</summary>
/// <param name="Key">The series.</param>
/// <param name="Step">Where the step starts, Unix nanoseconds.</param>
/// <param name="Errors">How many of them failed.</param>
/// <param name="Exemplars">Traces that stand for them.</param>
/// <param name="Durations">Their durations; its count is how many there are. Owned by whoever hands out the cell.</param>
public readonly record struct SeriesCell(SeriesKey Key, ulong Step, ulong Errors, Exemplars Exemplars, LatencySketch Durations)
{
    /// <summary>How many there are.</summary>
    public ulong Count => Durations.Count;
}
