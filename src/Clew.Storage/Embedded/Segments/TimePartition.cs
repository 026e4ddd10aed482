namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Which partition a trace belongs to: the UTC day of its start around the present, a month up to about a year back, and a decade for
/// everything else, so that clocks that are wrong in many ways make few segments: under 120 partitions in all of time.
/// </summary>
/// <remarks>A partition is named by its first day, in the future by its last. Later starts never have an earlier partition.</remarks>
internal readonly struct TimePartition
{
    private const ulong NanosecondsPerDay = 86_400_000_000_000;
    private const int DaysBack = 35;
    private const int DaysAhead = 1;
    private const int DaysByMonth = 400;

    private readonly int today;

    /// <param name="now">The present, Unix nanoseconds.</param>
    public TimePartition(ulong now) => today = (int)(now / NanosecondsPerDay);

    /// <summary>The partition of a start, Unix nanoseconds: the day it is named by, counted from 1970-01-01.</summary>
    public int Of(ulong start)
    {
        int day = (int)(start / NanosecondsPerDay);
        if (day >= today - DaysBack && day <= today + DaysAhead)
        {
            return day;
        }
        var date = DateTime.UnixEpoch.AddDays(day);
        int decade = date.Year / 10 * 10;
        var name = day > today ? new DateTime(decade + 9, 12, 31)
            : day >= today - DaysByMonth ? new DateTime(date.Year, date.Month, 1)
            : new DateTime(decade, 1, 1);
        return (name - DateTime.UnixEpoch).Days;
    }
}
