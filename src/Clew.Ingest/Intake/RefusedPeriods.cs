namespace Clew.Ingest.Intake;

/// <summary>
/// When payloads were refused for want of room, so that answers about that time can say that spans may be missing. Thread-safe.
/// </summary>
/// <remarks>Bounded: refusals less than <see cref="Gap"/> apart are one period, and of these the newest <see cref="Most"/> are kept.</remarks>
public sealed class RefusedPeriods(TimeProvider clock)
{
    /// <summary>Refusals this far apart belong to two periods.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromSeconds(10);

    /// <summary>Periods that are kept.</summary>
    public const int Most = 128;

    private readonly Lock gate = new();
    private readonly List<RefusedPeriod> periods = []; // oldest first

    /// <summary>True where a payload was refused a moment ago.</summary>
    public bool IsRefusing
    {
        get
        {
            lock (gate)
            {
                return periods.Count > 0 && clock.GetUtcNow() - periods[^1].To < Gap;
            }
        }
    }

    /// <summary>Periods that are known.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return periods.Count;
            }
        }
    }

    /// <summary>Notes a refusal.</summary>
    public void Note()
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            if (periods.Count > 0 && now - periods[^1].To < Gap)
            {
                periods[^1] = periods[^1] with { To = now, Payloads = periods[^1].Payloads + 1 };
                return;
            }
            if (periods.Count == Most)
            {
                periods.RemoveAt(0);
            }
            periods.Add(new RefusedPeriod(now, now, 1));
        }
    }

    /// <summary>What was refused within a range, as one period; null where nothing was.</summary>
    public RefusedPeriod? Within(DateTimeOffset from, DateTimeOffset to)
    {
        RefusedPeriod? sum = null;
        lock (gate)
        {
            foreach (var period in periods)
            {
                if (period.From < to && period.To >= from)
                {
                    sum = sum is { } known ? new RefusedPeriod(known.From, period.To, known.Payloads + period.Payloads) : period;
                }
            }
        }
        return sum;
    }
}
