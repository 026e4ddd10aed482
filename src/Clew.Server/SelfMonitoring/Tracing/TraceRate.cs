namespace Clew.Server.SelfMonitoring.Tracing;

/// <summary>Chooses traces: the first of each second, up to a number. Thread-safe.</summary>
internal sealed class TraceRate(int perSecond, TimeProvider clock)
{
    private readonly Lock gate = new();
    private long second = long.MinValue;
    private int taken;

    public bool TryTake()
    {
        long now = clock.GetTimestamp() / clock.TimestampFrequency;
        lock (gate)
        {
            if (now != second)
            {
                (second, taken) = (now, 0);
            }
            return taken++ < perSecond;
        }
    }
}
