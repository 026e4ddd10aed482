namespace Clew.Ingest.Sampling;

/// <summary>A clock that follows the traces that are looked at. Never goes back.</summary>
internal sealed class TraceTime : TimeProvider
{
    private long ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Moves on to a time in Unix nanoseconds.</summary>
    public void MoveTo(ulong time) => ticks = Math.Max(ticks, (long)(time / 100));

    public override long GetTimestamp() => ticks;

    public override DateTimeOffset GetUtcNow() =>
        DateTimeOffset.UnixEpoch.AddTicks(Math.Min(ticks, (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks));
}
