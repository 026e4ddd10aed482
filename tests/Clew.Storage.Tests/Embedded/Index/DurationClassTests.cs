using Clew.Storage.Embedded.Index;

namespace Clew.Storage.Tests.Embedded.Index;

/// <summary>A span that lasts at least so long must never have a smaller class than that: segments would be passed that hold it.</summary>
public sealed class DurationClassTests
{
    [Fact]
    public void NeverFalls()
    {
        int last = 0;
        int steps = 0;
        for (long duration = 1; duration > 0; duration += Math.Max(1, duration / 997))
        {
            foreach (long near in (long[])[duration - 1, duration, duration + 1])
            {
                int now = DurationClass.Of(near);
                Assert.InRange(now, near < duration ? 0 : last, 96);
                steps += now > last ? 1 : 0;
                last = Math.Max(last, now);
            }
        }
        Assert.Equal(96, last);
        Assert.Equal(96, steps);
        Assert.Equal(96, DurationClass.Of(long.MaxValue));
        Assert.Equal(0, DurationClass.Of(long.MinValue));
    }

    [Fact]
    public void NeighboursDoNotFallAtPowersOfTwo()
    {
        for (int bit = 1; bit < 63; bit++)
        {
            for (long at = (1L << bit) - 20; at < (1L << bit) + 20; at++)
            {
                Assert.True(DurationClass.Of(at) <= DurationClass.Of(at + 1), $"{at}");
            }
        }
    }
}
