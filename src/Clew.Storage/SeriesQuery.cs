using Clew.Core.Model;
using Clew.Core.Series;

namespace Clew.Storage;

/// <summary>Which series to read, of which time, and how finely. Config: immutable.</summary>
public sealed record SeriesQuery
{
    /// <summary>The most points of an answer by default. A point with its durations takes 0.2 to 2 KB of memory.</summary>
    public const int DefaultMaxPoints = 100_000;

    public required Tenant Tenant { get; init; }

    public required SeriesKind Kind { get; init; }

    /// <summary>All must hold; none: every series of the kind.</summary>
    public IReadOnlyList<SeriesFilter> Filters { get; init; } = [];

    /// <summary>Unix nanoseconds. Steps that begin before its end and end after its start are answered whole.</summary>
    public required TimeRange Range { get; init; }

    /// <summary>Time between points; 0: one point for the whole range. The answer may be coarser: <see cref="SeriesResult.Step"/>.</summary>
    public TimeSpan Step { get; init; }

    /// <summary>False leaves out the durations and exemplars, which is several times faster.</summary>
    public bool WithDurations { get; init; } = true;

    /// <summary>The most points of the answer, of all series together. Past it points are left out, and the answer says so.</summary>
    public int MaxPoints { get; init; } = DefaultMaxPoints;
}
