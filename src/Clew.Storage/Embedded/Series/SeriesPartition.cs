namespace Clew.Storage.Embedded.Series;

/// <summary>
/// Divides time, so that blocks that outlive their retention go whole and a read opens few: 1,440 steps make a partition (four hours of
/// 10 s, a day of minutes, 60 days of hours). What is more than a day ahead of the clock shares one, lest clocks that are wrong in a
/// thousand ways make a thousand files.
/// </summary>
internal static class SeriesPartition
{
    public const long Steps = 1440;

    /// <summary>The partition of everything that is far ahead.</summary>
    public const long Ahead = long.MaxValue;

    private static readonly ulong Slack = (ulong)TimeSpan.FromDays(1).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>From which time on a point is ahead.</summary>
    /// <param name="now">Unix nanoseconds.</param>
    public static ulong AheadFrom(ulong now) => now > ulong.MaxValue - Slack ? ulong.MaxValue : now + Slack;

    /// <summary>The number of the partition in which a step lies.</summary>
    public static long Of(long step) => step / Steps;
}
