using Clew.Ingest.Intake;
using Clew.Testing;

namespace Clew.Ingest.Tests.Intake;

public sealed class RefusedPeriodsTests
{
    private readonly ManualTimeProvider clock = new();
    private readonly RefusedPeriods periods;

    public RefusedPeriodsTests() => periods = new RefusedPeriods(clock);

    [Fact]
    public void Refusals_close_together_are_one_period()
    {
        var start = clock.GetUtcNow();
        for (int i = 0; i < 5; i++)
        {
            periods.Note();
            clock.Advance(TimeSpan.FromSeconds(9));
        }
        Assert.Equal(1, periods.Count);
        Assert.True(periods.IsRefusing);
        Assert.Equal(new RefusedPeriod(start, start.AddSeconds(36), 5), periods.Within(start.AddSeconds(1), start.AddSeconds(2)));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(periods.IsRefusing);
    }

    [Fact]
    public void A_range_knows_only_its_own()
    {
        var start = clock.GetUtcNow();
        periods.Note();
        clock.Advance(TimeSpan.FromMinutes(1));
        periods.Note();
        Assert.Null(periods.Within(start.AddSeconds(1), start.AddSeconds(60)));
        Assert.Null(periods.Within(start.AddSeconds(-5), start));
        Assert.Equal(2, periods.Within(start, start.AddSeconds(61))!.Value.Payloads);
        Assert.Equal(1, periods.Within(start.AddSeconds(60), DateTimeOffset.MaxValue)!.Value.Payloads);
    }

    [Fact]
    public void The_oldest_are_forgotten_at_the_bound()
    {
        var start = clock.GetUtcNow();
        for (int i = 0; i < RefusedPeriods.Most + 3; i++)
        {
            periods.Note();
            clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal(RefusedPeriods.Most, periods.Count);
        Assert.Null(periods.Within(start, start.AddMinutes(2.5)));
        Assert.NotNull(periods.Within(start, start.AddMinutes(3.5)));
    }
}
