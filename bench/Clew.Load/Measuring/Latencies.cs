namespace Clew.Load.Measuring;

/// <summary>Durations of one kind of call. Thread-safe. Bounded by what one run measures: 8 bytes a call.</summary>
internal sealed class Latencies
{
    private readonly Lock gate = new();
    private List<double> milliseconds = [];

    public void Add(TimeSpan time)
    {
        lock (gate)
        {
            milliseconds.Add(time.TotalMilliseconds);
        }
    }

    /// <summary>The figures since the last call; starts anew.</summary>
    public Percentiles Take()
    {
        List<double> taken;
        lock (gate)
        {
            (taken, milliseconds) = (milliseconds, []);
        }
        return Percentiles.Of(taken);
    }
}

/// <summary>How many, and their percentiles in milliseconds; zeros where there were none.</summary>
internal readonly record struct Percentiles(int Count, double P50, double P95, double P99, double Max)
{
    public static Percentiles Of(List<double> values)
    {
        if (values.Count == 0)
        {
            return default;
        }
        values.Sort();
        double At(double share) => values[Math.Min(values.Count - 1, (int)Math.Ceiling(share * values.Count) - 1 is >= 0 and var i ? i : 0)];
        return new Percentiles(values.Count, At(0.5), At(0.95), At(0.99), values[^1]);
    }
}
