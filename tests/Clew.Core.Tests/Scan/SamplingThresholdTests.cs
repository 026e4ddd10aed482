using System.Text;
using Clew.Core.Model;

namespace Clew.Core.Tests.Scan;

public sealed class SamplingThresholdTests
{
    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("8", 1UL << 55)]
    [InlineData("c", 3UL << 54)]
    [InlineData("fd70a", 0xfd70aUL << 36)]
    [InlineData("fffffffffffff", 0xfffffffffffff0UL)]
    [InlineData("ffffffffffffff", 0xffffffffffffffUL)]
    public void ItIsReadAndWrittenAsOpenTelemetryDoes(string text, ulong value)
    {
        Assert.True(SamplingThreshold.TryParse(Encoding.ASCII.GetBytes(text), out var threshold));
        Assert.Equal(value, threshold.Value);
        Assert.Equal(text, threshold.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("g")]
    [InlineData("0x8")]
    [InlineData("C")]
    [InlineData("fffffffffffffff")]
    [InlineData("-1")]
    public void WhatIsNoThresholdIsRefused(string text)
    {
        Assert.False(SamplingThreshold.TryParse(Encoding.ASCII.GetBytes(text), out var threshold));
        Assert.Equal(SamplingThreshold.Always, threshold);
    }

    [Fact]
    public void TheSmallNumberThatIsStoredBringsTheThresholdBack()
    {
        var random = new Random(7);
        for (int i = 0; i < 100_000; i++)
        {
            var threshold = new SamplingThreshold((ulong)random.NextInt64(0, (long)SamplingThreshold.Range + 1) >> random.Next(57));
            var stored = threshold.Stored();
            Assert.True(stored >= threshold);
            Assert.InRange(stored.ToCode(), 0, 1 << 23);
            Assert.Equal(stored, SamplingThreshold.OfCode(stored.ToCode()));
            Assert.Equal(stored, stored.Stored());
            // What is kept shrinks by less than one part in 2^15.
            Assert.InRange(stored.Probability, threshold.Probability * (1 - (1.0 / (1 << 15))), threshold.Probability);
        }
        Assert.Equal(SamplingThreshold.Never, SamplingThreshold.OfCode(SamplingThreshold.Never.ToCode()));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.5, 2)]
    [InlineData(0.25, 4)]
    public void ASpanStandsForAsManyAsItsShareSays(double share, double count)
    {
        Assert.Equal(count, SamplingThreshold.OfProbability(share).AdjustedCount);
        Assert.Equal(double.PositiveInfinity, SamplingThreshold.OfProbability(0).AdjustedCount);
        Assert.Equal(100, SamplingThreshold.OfProbability(0.01).AdjustedCount, 2);
    }

    [Theory]
    [InlineData("ot=th:8", "8", null)]
    [InlineData("ot=th:c;rv:d29d6a7215ced0", "c", 0xd29d6a7215ced0UL)]
    [InlineData("vendor=1, ot=rv:00000000000001;th:0 ,other=th:8", "0", 1UL)]
    [InlineData("ot=p:8;r:62", "0", null)]
    [InlineData("ot=th:zz;rv:123", "0", null)]
    [InlineData("xot=th:8", "0", null)]
    [InlineData("", "0", null)]
    [InlineData(",,ot=", "0", null)]
    public void TheSendersSamplingIsRead(string traceState, string threshold, ulong? randomness)
    {
        var state = SamplingState.Parse(Encoding.ASCII.GetBytes(traceState));
        Assert.Equal(threshold, state.Threshold.ToString());
        Assert.Equal(randomness, state.Randomness);
    }
}
