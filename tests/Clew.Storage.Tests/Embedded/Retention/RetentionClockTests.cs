using Clew.Storage.Embedded.Retention;
using Clew.Testing;

namespace Clew.Storage.Tests.Embedded.Retention;

/// <summary>A clock that leaps deletes nothing that is new; one that is right in the end is believed.</summary>
public sealed class RetentionClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider clock = new();

    [Theory]
    [InlineData(2)]
    [InlineData(24 * 365 * 20)]
    public void ALeapAheadIsBelievedAfterADay(int hours)
    {
        var present = new RetentionClock(clock);
        clock.Leap(TimeSpan.FromHours(hours));
        for (int hour = 0; hour < 24; hour++)
        {
            Assert.Equal(Start + TimeSpan.FromHours(hour), present.Now());
            Assert.NotNull(present.Doubt);
            clock.Advance(TimeSpan.FromHours(1));
        }
        Assert.Equal(Start + TimeSpan.FromHours(24 + hours), present.Now());
        Assert.Null(present.Doubt);
    }

    [Fact]
    public void ALeapThatIsTakenBackWasNothing()
    {
        var present = new RetentionClock(clock);
        clock.Leap(TimeSpan.FromDays(3650));
        clock.Advance(TimeSpan.FromHours(20));
        present.Now();
        clock.Leap(-TimeSpan.FromDays(3650));
        clock.Advance(TimeSpan.FromHours(20));
        Assert.Equal(Start + TimeSpan.FromHours(40), present.Now());
        Assert.Null(present.Doubt);
        // And the next one begins a day of its own.
        clock.Leap(TimeSpan.FromDays(3650));
        present.Now();
        clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(Start + TimeSpan.FromHours(63), present.Now());
    }

    [Fact]
    public void ALeapBackIsBelievedAtOnce()
    {
        var present = new RetentionClock(clock);
        clock.Leap(-TimeSpan.FromDays(3650));
        Assert.Equal(Start - TimeSpan.FromDays(3650), present.Now());
        Assert.Null(present.Doubt);
    }

    [Fact]
    public void CorrectionsAndPassingTimeAreBelievedAtOnce()
    {
        var present = new RetentionClock(clock);
        clock.Advance(TimeSpan.FromDays(30));
        clock.Leap(TimeSpan.FromMinutes(10));
        Assert.Equal(Start + TimeSpan.FromDays(30) + TimeSpan.FromMinutes(10), present.Now());
        Assert.Null(present.Doubt);
    }
}
