using Clew.Ingest.Intake;
using Clew.Testing;

namespace Clew.Ingest.Tests.Intake;

public sealed class IntakeLimitTests
{
    private readonly ManualTimeProvider clock = new();

    [Fact]
    public void Without_a_cap_everything_passes()
    {
        var limit = new IntakeLimit(new IntakeOptions(), clock);
        Assert.True(limit.TryTake(int.MaxValue, out _));
        Assert.True(limit.TryTake(int.MaxValue, out _));
        Assert.Equal(0, limit.RefusedPayloads);
    }

    /// <summary>Ten times the cap is offered, in payloads of every size: what is let in is the cap, however the sizes fall.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 500)]
    [InlineData(900, 1100)]
    [InlineData(1, 20_000)]
    public void Under_a_flood_what_is_let_in_is_the_cap(int smallest, int largest)
    {
        const int Rate = 10_000;
        const int Seconds = 60;
        var random = new Random(smallest + largest);
        var limit = new IntakeLimit(new IntakeOptions { SpansPerSecond = Rate }, clock);
        long let = 0;
        int payloads = 0;
        double mean = (smallest + largest) / 2.0;
        for (double second = 0; second < Seconds; second += mean / (10 * Rate))
        {
            clock.Advance(TimeSpan.FromSeconds(mean / (10 * Rate)));
            int spans = random.Next(smallest, largest + 1);
            if (limit.TryTake(spans, out _))
            {
                let += spans;
            }
            payloads++;
        }
        // The burst at the beginning, and at most one payload worked off after the end.
        Assert.InRange(let, Rate * Seconds * 0.99, (Rate * (Seconds + 1)) + largest);
        Assert.True(limit.RefusedPayloads > payloads / 2);
    }

    [Fact]
    public void The_refused_are_sent_away_for_ever_longer_times_up_to_the_bound()
    {
        var limit = new IntakeLimit(new IntakeOptions { SpansPerSecond = 100, MaxRetryAfter = TimeSpan.FromSeconds(8) }, clock);
        Assert.True(limit.TryTake(100, out _));
        var delays = new List<double>();
        for (int i = 0; i < 20; i++)
        {
            Assert.False(limit.TryTake(100, out var delay));
            delays.Add(delay.TotalSeconds);
        }
        Assert.Equal(1, delays[0]);
        Assert.Equal(delays.Order(), delays);
        Assert.Equal(8, delays[^1]);
        Assert.All(delays, delay => Assert.Equal(Math.Floor(delay), delay));
    }

    /// <summary>The delays are advice: who comes when there is room is let in, so the end of a flood is the end of the refusals.</summary>
    [Fact]
    public void A_second_after_the_flood_all_is_well()
    {
        var limit = new IntakeLimit(new IntakeOptions { SpansPerSecond = 1_000 }, clock);
        for (int i = 0; i < 10_000; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(1));
            limit.TryTake(500, out _);
        }
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(limit.TryTake(500, out _));
    }

    [Fact]
    public void What_is_given_back_can_be_taken_again_but_never_more_than_the_burst()
    {
        var limit = new IntakeLimit(new IntakeOptions { SpansPerSecond = 10, BurstSpans = 50 }, clock);
        Assert.True(limit.TryTake(60, out _));
        Assert.False(limit.MayPass(out _));
        limit.GiveBack(60);
        Assert.Equal(50, limit.Available);
        limit.GiveBack(60);
        Assert.Equal(50, limit.Available);
    }
}
