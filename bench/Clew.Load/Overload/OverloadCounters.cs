using Clew.Load.Measuring;

namespace Clew.Load.Overload;

/// <summary>What all senders of a flood have seen. Thread-safe.</summary>
internal sealed class OverloadCounters
{
    private long offered;
    private long dropped;
    private long accepted;
    private long refused;
    private long withoutDelay;
    private long broken;

    /// <summary>Spans that applications made.</summary>
    public long Offered => Interlocked.Read(ref offered);

    /// <summary>Of these, spans that did not fit into their sender's queue.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Spans acknowledged.</summary>
    public long Accepted => Interlocked.Read(ref accepted);

    /// <summary>Payloads refused.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Refusals that did not say how long to wait.</summary>
    public long WithoutDelay => Interlocked.Read(ref withoutDelay);

    /// <summary>Connections that broke under a payload.</summary>
    public long Broken => Interlocked.Read(ref broken);

    /// <summary>Time from sending to a refusal.</summary>
    public Latencies RefusedAfter { get; } = new();

    /// <summary>Time from sending to an acknowledgement, that of the last attempt.</summary>
    public Latencies AcceptedAfter { get; } = new();

    /// <summary>Delays asked for, as time.</summary>
    public Latencies Delays { get; } = new();

    public void CountOffered(long spans) => Interlocked.Add(ref offered, spans);

    public void CountDropped(long spans) => Interlocked.Add(ref dropped, spans);

    public void CountAccepted(int spans, TimeSpan after)
    {
        Interlocked.Add(ref accepted, spans);
        AcceptedAfter.Add(after);
    }

    public void CountRefused(TimeSpan? delay, TimeSpan after)
    {
        Interlocked.Increment(ref refused);
        RefusedAfter.Add(after);
        if (delay is { } known)
        {
            Delays.Add(known);
        }
        else
        {
            Interlocked.Increment(ref withoutDelay);
        }
    }

    public void CountBroken() => Interlocked.Increment(ref broken);
}
