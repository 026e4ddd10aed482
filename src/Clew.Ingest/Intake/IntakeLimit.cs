namespace Clew.Ingest.Intake;

/// <summary>
/// The cap on what is taken in: a bucket of spans that fills at the configured rate. Thread-safe.
/// </summary>
/// <remarks>
/// <para>How many spans a payload holds is known only when it has been read, so the last payload that is let in may take more than is
/// there. What it took too much is worked off before the next one is let in: over time the cap holds to the span.</para>
/// <para>Refused senders are not all asked to come back at the same moment. Each is told to wait until those who were refused before it
/// have had their turn, up to a bound. That is advice: whoever comes when there is something in the bucket is let in.</para>
/// <para>Memory: four numbers.</para>
/// </remarks>
public sealed class IntakeLimit
{
    /// <summary>Weight of the newest payload in the average of their sizes.</summary>
    private const double Newest = 1.0 / 16;

    private static readonly TimeSpan LeastDelay = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly IntakeOptions options;
    private readonly TimeProvider clock;
    private readonly double capacity;
    private double available; // below zero: to be worked off
    private double promised; // spans of those who were refused and have not had their turn
    private double spansOfPayload = 1;
    private long filledAt;
    private long refused;

    public IntakeLimit(IntakeOptions options, TimeProvider clock)
    {
        options.Validate();
        this.options = options;
        this.clock = clock;
        capacity = options.BurstSpans > 0 ? options.BurstSpans : options.SpansPerSecond;
        available = capacity;
        filledAt = clock.GetTimestamp();
    }

    /// <summary>No cap: everything passes.</summary>
    public bool IsUnlimited => options.SpansPerSecond == 0;

    /// <summary>Spans a second; 0 where there is no cap.</summary>
    public int SpansPerSecond => options.SpansPerSecond;

    /// <summary>Payloads refused by the cap since the start.</summary>
    public long RefusedPayloads => Interlocked.Read(ref refused);

    /// <summary>Spans that the bucket holds when it is full.</summary>
    public double Capacity => capacity;

    /// <summary>Spans that may come now; below zero while more is worked off than was there.</summary>
    public double Available
    {
        get
        {
            lock (gate)
            {
                Fill();
                return available;
            }
        }
    }

    /// <summary>Asks before anything is done for a payload. Where it may not pass it is counted as refused.</summary>
    /// <param name="retryAfter">Where false, how long the sender should wait: whole seconds.</param>
    public bool MayPass(out TimeSpan retryAfter) => TryTake(0, out retryAfter);

    /// <summary>Takes what a payload holds, or refuses it as a whole.</summary>
    /// <inheritdoc cref="MayPass"/>
    public bool TryTake(int spans, out TimeSpan retryAfter)
    {
        retryAfter = default;
        if (IsUnlimited)
        {
            return true;
        }
        lock (gate)
        {
            Fill();
            if (spans > 0)
            {
                spansOfPayload += (spans - spansOfPayload) * Newest;
            }
            if (available > 0)
            {
                available -= spans;
                return true;
            }
            double seconds = (promised - available) / options.SpansPerSecond;
            promised = Math.Min(promised + spansOfPayload, options.SpansPerSecond * options.MaxRetryAfter.TotalSeconds);
            retryAfter = TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(seconds), LeastDelay.TotalSeconds, Math.Floor(options.MaxRetryAfter.TotalSeconds)));
        }
        Interlocked.Increment(ref refused);
        return false;
    }

    /// <summary>Gives back what was taken for a payload that was not kept after all.</summary>
    public void GiveBack(int spans)
    {
        if (!IsUnlimited)
        {
            lock (gate)
            {
                available = Math.Min(capacity, available + spans);
            }
        }
    }

    private void Fill()
    {
        long now = clock.GetTimestamp();
        double came = clock.GetElapsedTime(filledAt, now).TotalSeconds * options.SpansPerSecond;
        filledAt = now;
        available = Math.Min(capacity, available + came);
        promised = Math.Max(0, promised - came);
    }
}
