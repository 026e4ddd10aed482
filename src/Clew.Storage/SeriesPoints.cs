using Clew.Core.Series;

namespace Clew.Storage;

/// <summary>One series.</summary>
/// <param name="Key">Which.</param>
/// <param name="Points">In order of time; steps without any are left out.</param>
public sealed record SeriesPoints(SeriesKey Key, IReadOnlyList<SeriesPoint> Points);
