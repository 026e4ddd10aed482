namespace Clew.Core.Measures;

/// <summary>Counts of measurements by bucket. Thread-safe, no lock is taken; a reader may see a measurement in one figure and not yet in another.</summary>
/// <remarks>Memory: 16 bytes a bucket, and the newest exemplar of each.</remarks>
public sealed class Histogram
{
    private readonly double[] bounds;
    private readonly long[] counts; // one more than bounds: what is above all of them
    private readonly Exemplar?[] exemplars;
    private double sum;

    /// <param name="bounds">Upper bounds of the buckets, inclusive, ascending.</param>
    /// <exception cref="ArgumentException">They do not ascend.</exception>
    public Histogram(ReadOnlySpan<double> bounds)
    {
        for (int i = 1; i < bounds.Length; i++)
        {
            if (!(bounds[i] > bounds[i - 1]))
            {
                throw new ArgumentException("The bounds of a histogram ascend.", nameof(bounds));
            }
        }
        this.bounds = bounds.ToArray();
        counts = new long[bounds.Length + 1];
        exemplars = new Exemplar?[bounds.Length + 1];
    }

    /// <summary>Bounds for times from a millisecond to half a minute, seconds.</summary>
    public static ReadOnlySpan<double> Seconds => [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>Upper bounds of the buckets; above the last there is one more.</summary>
    public ReadOnlySpan<double> Bounds => bounds;

    /// <summary>Sum of what was measured.</summary>
    public double Sum => Volatile.Read(ref sum);

    /// <summary>How many measurements lie in a bucket.</summary>
    public long CountOf(int bucket) => Interlocked.Read(ref counts[bucket]);

    /// <summary>The newest exemplar of a bucket, if there was one.</summary>
    public Exemplar? ExemplarOf(int bucket) => Volatile.Read(ref exemplars[bucket]);

    /// <summary>Adds a measurement.</summary>
    /// <param name="value">In the unit of the bounds.</param>
    /// <param name="exemplar">The trace behind it; null where it is not traced.</param>
    public void Add(double value, Exemplar? exemplar = null)
    {
        int bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
        {
            bucket++;
        }
        Interlocked.Increment(ref counts[bucket]);
        double before;
        do
        {
            before = Volatile.Read(ref sum);
        }
        while (Interlocked.CompareExchange(ref sum, before + value, before) != before);
        if (exemplar is not null)
        {
            Volatile.Write(ref exemplars[bucket], exemplar);
        }
    }
}
