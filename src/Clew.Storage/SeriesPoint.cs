using Clew.Core.Series;

namespace Clew.Storage;

/// <summary>What a series counted in one step.</summary>
/// <param name="Step">Where the step starts, Unix nanoseconds.</param>
/// <param name="Count">Spans or calls.</param>
/// <param name="Errors">How many of them failed.</param>
/// <param name="Exemplars">Traces that stand for them; none where the durations were not asked for, or none was kept.</param>
/// <param name="Durations">How long they took; null where it was not asked for.</param>
public readonly record struct SeriesPoint(ulong Step, ulong Count, ulong Errors, Exemplars Exemplars, LatencySketch? Durations);
