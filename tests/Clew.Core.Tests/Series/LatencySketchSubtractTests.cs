using Clew.Core.Series;

namespace Clew.Core.Tests.Series;

/// <summary>What is taken out of a sketch was never in it, as far as anyone can tell.</summary>
public sealed class LatencySketchSubtractTests
{
    [Theory]
    [InlineData(1, 10, 5)]
    [InlineData(2, 40, 10)]
    [InlineData(3, 40, 39)]
    [InlineData(4, 500, 1)]
    [InlineData(5, 500, 400)]
    public void WhatIsLeftIsASketchOfTheRest(int seed, int values, int taken)
    {
        var random = new Random(seed);
        ulong[] all = [.. Enumerable.Range(0, values).Select(_ => (ulong)random.NextInt64(1L << random.Next(1, 40)))];
        var (whole, part, rest) = (new LatencySketch(), new LatencySketch(), new LatencySketch());
        for (int i = 0; i < all.Length; i++)
        {
            whole.Add(all[i]);
            (i < taken ? part : rest).Add(all[i]);
        }
        whole.Subtract(part);
        Assert.Equal((rest.Count, rest.Sum), (whole.Count, whole.Sum));
        for (double share = 0; share <= 1; share += 0.05)
        {
            double expected = rest.Quantile(share);
            Assert.InRange(whole.Quantile(share), expected * 0.98, expected * 1.02);
        }
    }

    [Fact]
    public void WhatIsNotThereIsPassedOver()
    {
        var (sketch, other) = (new LatencySketch(), new LatencySketch());
        sketch.Add(100);
        other.Add(1_000_000, 5);
        sketch.Subtract(other);
        Assert.Equal((1UL, 100UL, 100UL), (sketch.Count, sketch.Min, sketch.Max));
        other.Add(100, 7);
        sketch.Subtract(other);
        Assert.Equal((0UL, UInt128.Zero, 0UL, 0UL), (sketch.Count, sketch.Sum, sketch.Min, sketch.Max));
        sketch.Add(3);
        Assert.Equal((1UL, (UInt128)3), (sketch.Count, sketch.Sum));
    }

    [Fact]
    public void CountersPast32BitsAreTakenFrom()
    {
        var (sketch, other) = (new LatencySketch(), new LatencySketch());
        sketch.Add(1000, 10UL << 32);
        other.Add(1000, 9UL << 32);
        sketch.Subtract(other);
        Assert.Equal((1UL << 32, (UInt128)(1000UL << 32)), (sketch.Count, sketch.Sum));
    }
}
