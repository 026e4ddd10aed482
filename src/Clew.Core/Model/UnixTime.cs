namespace Clew.Core.Model;

/// <summary>A clock's time as spans have it.</summary>
public static class UnixTime
{
    /// <summary>Nanoseconds since 1970; 0 before.</summary>
    public static ulong Of(DateTimeOffset time) => (ulong)Math.Max(0, (time - DateTimeOffset.UnixEpoch).Ticks) * TimeSpan.NanosecondsPerTick;
}
