namespace Shop.Partners;

/// <summary>A time that varies as answer times do: most near the median, a few well above, none far below.</summary>
/// <param name="Median">The median.</param>
/// <param name="Spread">The standard deviation of its logarithm.</param>
internal readonly record struct Latency(TimeSpan Median, double Spread)
{
    public static Latency FromMilliseconds(double median, double spread) => new(TimeSpan.FromMilliseconds(median), spread);

    public TimeSpan Next(Random random)
    {
        // Box and Muller.
        double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Median * Math.Clamp(Math.Exp(Spread * normal), 0.75, 2.5);
    }
}
