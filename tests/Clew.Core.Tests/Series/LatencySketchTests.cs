using System.Buffers;
using Clew.Core.Series;

namespace Clew.Core.Tests.Series;

/// <summary>A sketch against the sorted list of its values.</summary>
public sealed class LatencySketchTests
{
    [Fact]
    public void EveryValueLiesInABucketWhoseMiddleIsWithinOnePercent()
    {
        var random = new Random(1);
        for (int i = 0; i < 200_000; i++)
        {
            ulong value = i < 3000 ? (ulong)i : Draw(random, 0, 64);
            double middle = LatencyBuckets.MiddleOf(LatencyBuckets.Of(value));
            Assert.InRange(middle, value * 0.99, value * 1.01);
        }
    }

    [Fact]
    public void BucketsAscendAndEndWhereTheyShould()
    {
        Assert.Equal(0, LatencyBuckets.Of(0));
        Assert.Equal(1, LatencyBuckets.Of(1));
        Assert.Equal(LatencyBuckets.Count - 1, LatencyBuckets.Of(ulong.MaxValue));
        int last = 0;
        for (int power = 0; power < 64; power++)
        {
            // A power of two begins a doubling, exactly.
            Assert.Equal(1 + (power * LatencyBuckets.PerDoubling), LatencyBuckets.Of(1UL << power));
            for (ulong part = 0; part < 1024; part++)
            {
                int bucket = LatencyBuckets.Of((1UL << power) + (ulong)(part / 1024.0 * (1UL << power)));
                Assert.InRange(bucket, last, LatencyBuckets.Count - 1);
                last = bucket;
            }
        }
    }

    [Fact]
    public void ManyValuesAtOnceAreTheSameAsOneByOne()
    {
        var random = new Random(9);
        for (int round = 0; round < 500; round++)
        {
            var atOnce = new LatencySketch();
            var oneByOne = new LatencySketch();
            for (int part = random.Next(1, 5); part > 0; part--)
            {
                int bits = random.Next(1, 65);
                ulong[] values = [.. Enumerable.Range(0, random.Next(0, 60)).Select(_ => Draw(random, 0, bits))];
                if (random.Next(20) == 0)
                {
                    atOnce.Add(77, uint.MaxValue);
                    oneByOne.Add(77, uint.MaxValue);
                }
                atOnce.Add(values);
                foreach (ulong value in values)
                {
                    oneByOne.Add(value);
                }
                if (random.Next(10) == 0)
                {
                    atOnce.Clear();
                    oneByOne.Clear();
                }
            }
            Assert.Equal(Bytes(oneByOne), Bytes(atOnce));
            Assert.Equal((oneByOne.Count, oneByOne.Sum, oneByOne.Min, oneByOne.Max), (atOnce.Count, atOnce.Sum, atOnce.Min, atOnce.Max));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void QuantilesAreWithinOnePercentOfTheSortedValues(int seed)
    {
        var random = new Random(seed);
        var sketch = new LatencySketch();
        for (int round = 0; round < 300; round++)
        {
            ulong[] values = Values(random);
            sketch.Clear();
            foreach (ulong value in values)
            {
                sketch.Add(value);
            }
            Check(sketch, values);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void HoweverItIsPutTogetherTheSketchIsTheSame(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            ulong[] values = Values(random);
            var whole = new LatencySketch();
            var parts = Enumerable.Range(0, random.Next(1, 6)).Select(_ => new LatencySketch()).ToArray();
            foreach (ulong value in values)
            {
                whole.Add(value);
                parts[random.Next(parts.Length)].Add(value);
            }
            random.Shuffle(parts);
            var merged = new LatencySketch();
            foreach (var part in parts)
            {
                byte[] before = Bytes(part);
                if (random.Next(2) == 0)
                {
                    merged.Merge(part);
                }
                else
                {
                    ReadOnlySpan<byte> bytes = before;
                    merged.Merge(ref bytes);
                    Assert.True(bytes.IsEmpty, "bytes are left over");
                }
                Assert.Equal(before, Bytes(part));
            }
            Check(merged, values);
            Assert.Equal(Bytes(whole), Bytes(merged));
        }
    }

    [Fact]
    public void ASketchThatIsUsedAgainIsLikeANewOne()
    {
        var random = new Random(8);
        var used = new LatencySketch();
        for (int round = 0; round < 500; round++)
        {
            ulong[] values = Values(random);
            used.Clear();
            var fresh = new LatencySketch();
            foreach (ulong value in values)
            {
                ulong times = random.Next(50) == 0 ? (ulong)random.NextInt64(1L << 40) : 1;
                used.Add(value, times);
                fresh.Add(value, times);
            }
            Assert.Equal(Bytes(fresh), Bytes(used));
            Assert.Equal(fresh.Quantile(0.7), used.Quantile(0.7));
        }
    }

    [Fact]
    public void CountersThatOverflowThirtyTwoBitsAreExact()
    {
        var sketch = new LatencySketch();
        sketch.Add(1000, uint.MaxValue);
        sketch.Add(1000);
        sketch.Add(1000);
        sketch.Add(2_000_000, uint.MaxValue - 1UL);
        var other = new LatencySketch();
        other.Add(5, uint.MaxValue);
        other.Add(2_000_000, 3);
        sketch.Merge(other);
        other.Merge(sketch);
        Assert.Equal((3UL * uint.MaxValue) + 4, sketch.Count);
        Assert.Equal((UInt128)5 * uint.MaxValue + (UInt128)1000 * (uint.MaxValue + 2UL) + (UInt128)2_000_000 * (uint.MaxValue + 2UL), sketch.Sum);
        Assert.InRange(sketch.Quantile((uint.MaxValue - 1.0) / sketch.Count), 4.95, 5.05);
        Assert.InRange(sketch.Quantile(0.5), 990, 1010);
        Assert.InRange(sketch.Quantile(0.99), 1_980_000, 2_020_000);
        Assert.Equal(sketch.Count + uint.MaxValue + 3, other.Count);
        ReadOnlySpan<byte> bytes = Bytes(sketch);
        Assert.Equal(Bytes(sketch), Bytes(LatencySketch.Read(ref bytes)));
        sketch.Clear();
        sketch.Add(1000, 30);
        Assert.Equal(30UL, sketch.Count);
        Assert.InRange(sketch.Quantile(0.5), 990, 1010);
    }

    [Fact]
    public void SumsGoBeyondSixtyFourBits()
    {
        var sketch = new LatencySketch();
        for (int i = 0; i < 100; i++)
        {
            sketch.Add(ulong.MaxValue);
        }
        ReadOnlySpan<byte> bytes = Bytes(sketch);
        Assert.Equal((UInt128)ulong.MaxValue * 100, LatencySketch.Read(ref bytes).Sum);
    }

    [Fact]
    public void AnEmptySketchAnswersZero()
    {
        var sketch = new LatencySketch();
        Assert.Equal(0, sketch.Quantile(0.5));
        Assert.Equal((0UL, 0UL, 0UL), (sketch.Count, sketch.Min, sketch.Max));
        Assert.Equal([0], Bytes(sketch));
    }

    [Theory]
    [InlineData(1, 6)]
    [InlineData(10, 30)]
    [InlineData(1000, 400)]
    [InlineData(1_000_000, 1000)]
    public void SketchesOfAnOperationAreSmall(int count, int atMost)
    {
        var random = new Random(9);
        var sketch = new LatencySketch();
        for (int i = 0; i < count; i++)
        {
            // Log-normal around 5 ms.
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            sketch.Add((ulong)(5_000_000 * Math.Exp(0.8 * normal)));
        }
        Assert.InRange(Bytes(sketch).Length, 1, atMost);
    }

    [Fact]
    public void BrokenBytesAreRefusedOrReadButNothingElse()
    {
        var random = new Random(10);
        int refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            var sketch = new LatencySketch();
            foreach (ulong value in Values(random, 60))
            {
                sketch.Add(value);
            }
            byte[] bytes = Bytes(sketch);
            if (random.Next(2) == 0)
            {
                bytes = bytes[..random.Next(bytes.Length)];
            }
            else
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }
            try
            {
                ReadOnlySpan<byte> from = bytes;
                var read = LatencySketch.Read(ref from);
                Assert.InRange(read.Quantile(0.5), read.Min, read.Max);
                Assert.InRange(read.Sum, (UInt128)read.Min * read.Count, (UInt128)read.Max * read.Count);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 5000, 20_000);
    }

    [Fact]
    public void AddingAndClearingAllocateNothingOnceItHasGrown()
    {
        var random = new Random(11);
        ulong[] values = [.. Enumerable.Range(0, 5000).Select(_ => Draw(random, 10, 34))];
        var sketch = new LatencySketch();
        var other = new LatencySketch();
        long allocated = 0;
        for (int round = 0; round < 20; round++)
        {
            if (round == 5)
            {
                allocated = GC.GetAllocatedBytesForCurrentThread();
            }
            sketch.Clear();
            other.Clear();
            foreach (ulong value in values)
            {
                sketch.Add(value);
            }
            other.Merge(sketch);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    private static void Check(LatencySketch sketch, ulong[] values)
    {
        ulong[] sorted = [.. values.Order()];
        Assert.Equal((ulong)values.Length, sketch.Count);
        Assert.Equal(values.Aggregate(UInt128.Zero, (sum, value) => sum + value), sketch.Sum);
        Assert.Equal(sorted[0], sketch.Min);
        Assert.Equal(sorted[^1], sketch.Max);
        foreach (double share in new[] { 0, 0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1 })
        {
            double truth = sorted[(int)Math.Floor(share * (sorted.Length - 1))];
            Assert.InRange(sketch.Quantile(share), truth * (1 - LatencySketch.RelativeError), truth * (1 + LatencySketch.RelativeError));
        }
    }

    private static ulong[] Values(Random random, int most = 3000)
    {
        int count = random.Next(3) == 0 ? random.Next(1, 40) : random.Next(1, most);
        int from = random.Next(0, 60);
        int width = random.Next(0, 64 - from);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(100) == 0 ? Draw(random, 0, 64) : Draw(random, from, from + width))];
    }

    /// <summary>A value with a random number of bits; 0 among them.</summary>
    private static ulong Draw(Random random, int fromBits, int toBits)
    {
        int bits = random.Next(fromBits, toBits + 1);
        return bits == 0 ? 0 : (((ulong)random.NextInt64() * 2) + (ulong)random.Next(2)) >> (64 - bits);
    }

    private static byte[] Bytes(LatencySketch sketch)
    {
        var writer = new ArrayBufferWriter<byte>();
        sketch.Write(writer);
        return writer.WrittenSpan.ToArray();
    }
}
