namespace Clew.Storage;

/// <summary>How finely and how long series are kept. Config: immutable.</summary>
/// <param name="Step">Time between points: a multiple of that of the finer resolutions, and of 10 s.</param>
/// <param name="Retention">Points older than this, by their own time, go.</param>
public sealed record SeriesResolution(TimeSpan Step, TimeSpan Retention);
