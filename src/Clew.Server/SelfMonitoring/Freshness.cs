using Clew.Core.Measures;
using Clew.Server.Api.Metrics;
using Clew.Server.Api.Own;

namespace Clew.Server.SelfMonitoring;

/// <summary>How long after being sent a trace is found by search, as probes have measured it. Thread-safe.</summary>
/// <remarks>Bounded: the histogram, and the newest <see cref="Kept"/> measurements for the quantiles.</remarks>
internal sealed class Freshness : IMetricSource
{
    /// <summary>Measurements behind the quantiles: an hour of them at one in five seconds.</summary>
    public const int Kept = 720;

    private static readonly double[] Buckets = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private readonly Lock gate = new();
    private readonly Histogram histogram = new(Buckets);
    private readonly double[] newest = new double[Kept];
    private long measured;
    private long failed;
    private string? problem;

    /// <summary>Why the last probe was not found; null where it was.</summary>
    public string? Problem => Volatile.Read(ref problem);

    /// <summary>What is told of it; null before the first measurement.</summary>
    public FreshnessFigures? Figures
    {
        get
        {
            double[] sorted;
            long probes;
            lock (gate)
            {
                probes = measured;
                sorted = newest[..(int)Math.Min(measured, Kept)];
            }
            Array.Sort(sorted);
            return sorted.Length == 0 ? null : new FreshnessFigures(At(sorted, 0.5), At(sorted, 0.99), sorted[^1], probes, Interlocked.Read(ref failed));
        }
    }

    /// <summary>A probe was found.</summary>
    public void Found(TimeSpan after)
    {
        Volatile.Write(ref problem, null);
        Add(after);
    }

    /// <summary>A probe was not found in its time. It counts as if it had been found at its end.</summary>
    public void NotFound(TimeSpan after, string why)
    {
        Interlocked.Increment(ref failed);
        Volatile.Write(ref problem, why);
        Add(after);
    }

    public void Collect(MetricWriter writer)
    {
        writer.BeginHistogram("clew_freshness_seconds", "Time from sending a probe to the receiver until search finds it.");
        writer.Buckets(histogram);
        writer.Counter("clew_probes_not_found", "Probes that search did not find in their time; the histogram holds them with that time.", Interlocked.Read(ref failed));
    }

    private void Add(TimeSpan after)
    {
        histogram.Add(after.TotalSeconds);
        lock (gate)
        {
            newest[measured % Kept] = after.TotalSeconds;
            measured++;
        }
    }

    /// <summary>The smallest value that at least that share of the values does not exceed.</summary>
    private static double At(double[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
