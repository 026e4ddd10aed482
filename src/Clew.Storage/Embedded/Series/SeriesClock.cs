using Clew.Core.Model;
namespace Clew.Storage.Embedded.Series;

/// <summary>
/// What time it is for retention: the clock's, but at most an hour later than the newest point, so that a clock that leaps ahead deletes
/// nothing of what its senders still believe to be new. State; safe from any thread.
/// </summary>
internal sealed class SeriesClock(TimeProvider clock, TimeSpan longest)
{
    private static readonly ulong Slack = Nanoseconds(TimeSpan.FromHours(1));

    private readonly ulong retention = Nanoseconds(longest);
    private ulong newest;

    /// <summary>The clock's own time, Unix nanoseconds.</summary>
    public ulong Wall => UnixTime.Of(clock.GetUtcNow());

    /// <summary>The time from which retention counts back, Unix nanoseconds.</summary>
    public ulong Now => Math.Min(Wall, Volatile.Read(ref newest) is var time && time > ulong.MaxValue - Slack ? ulong.MaxValue : time + Slack);

    public static ulong Nanoseconds(TimeSpan span) => (ulong)span.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>There is a point of that time.</summary>
    public void Note(ulong time)
    {
        ulong known = Volatile.Read(ref newest);
        while (time > known)
        {
            ulong seen = Interlocked.CompareExchange(ref newest, time, known);
            if (seen == known)
            {
                return;
            }
            known = seen;
        }
    }

    /// <summary>Nothing keeps a point of that time.</summary>
    public bool IsTooOld(ulong time) => IsPast(time, retention);

    /// <summary>The time lies further back than that.</summary>
    public bool IsPast(ulong time, ulong span)
    {
        ulong now = Now;
        return now > span && time < now - span;
    }
}
