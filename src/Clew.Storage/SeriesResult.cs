namespace Clew.Storage;

/// <summary>What a read of series found. Belongs to the caller.</summary>
/// <param name="Step">
/// Nanoseconds between points, which lie at multiples of it: as asked for, or coarser where that is not kept for the whole range. 0: one point
/// for the whole range.
/// </param>
/// <param name="Resolution">Nanoseconds to which the ends of the range were widened: the step of what was read.</param>
/// <param name="Series">In order of their labels; none is empty.</param>
public sealed record SeriesResult(ulong Step, ulong Resolution, IReadOnlyList<SeriesPoints> Series)
{
    /// <summary>There were more points than <see cref="SeriesQuery.MaxPoints"/>; some are left out.</summary>
    public bool PointsLeftOut { get; init; }

    /// <summary>Something in this range cannot be read: the figures are too small. The store's problems name it.</summary>
    public bool IsIncomplete { get; init; }
}
