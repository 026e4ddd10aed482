using Clew.Storage.Embedded.Retention;
using Clew.Testing;

namespace Clew.Ingest.Tests.Survival;

/// <summary>The time of day leaps by hours and years while traces are open, stored and expire.</summary>
public sealed class LeapingClockTests
{
    private static readonly RetentionRule ThreeDays = new(RetentionRule.DefaultClass, TimeSpan.FromDays(3), null);

    private readonly ManualTimeProvider clock = new();

    public static TheoryData<TimeSpan> Leaps =>
    [
        TimeSpan.FromHours(3), -TimeSpan.FromHours(3), TimeSpan.FromDays(365 * 20), -TimeSpan.FromDays(365 * 20), -TimeSpan.FromDays(365 * 80),
    ];

    [Theory]
    [MemberData(nameof(Leaps))]
    public async Task Open_traces_close_when_they_are_quiet_and_not_for_a_leap(TimeSpan leap)
    {
        await using var world = await DiskWorld.StartAsync(clock: clock);
        await world.SendAsync(spans => spans.Span(1, 1, start: DiskWorld.Start, end: DiskWorld.Start + 1));
        clock.Leap(leap);
        await world.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(1, world.Statistics.OpenSpans);
        await world.SendAsync(spans => spans.Span(1, 2, parent: 1, start: DiskWorld.Start, end: DiskWorld.Start + 1));
        await world.PassAsync(TimeSpan.FromSeconds(6));
        await world.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(0, world.Statistics.OpenSpans + world.Statistics.WaitingSpans);
        Assert.Equal(2, world.Store.GetStatistics().Spans);
        Assert.Equal(2, (await world.ReadAsync(1)).Count);
    }

    [Theory]
    [MemberData(nameof(Leaps))]
    public async Task What_was_acknowledged_before_and_after_a_leap_survives_a_kill_once(TimeSpan leap)
    {
        await using var world = await DiskWorld.StartAsync(clock: clock);
        for (ulong trace = 1; trace <= 30; trace++)
        {
            await world.SendAsync(spans => spans.Span(trace, 1, start: world.Now, end: world.Now + 5));
            await world.PassAsync(TimeSpan.FromSeconds(1));
            if (trace % 10 == 0)
            {
                clock.Leap(trace == 10 ? leap : -leap);
                await world.RestartAsync();
            }
        }
        await world.DrainAsync();
        await world.RestartAsync();
        for (ulong trace = 1; trace <= 30; trace++)
        {
            Assert.Single(await world.ReadAsync(trace));
        }
        Assert.Equal(30, await world.CountAsync());
        Assert.Equal("", string.Join("\n", world.Problems));
    }

    [Fact]
    public async Task A_leap_ahead_deletes_nothing_unless_it_stays()
    {
        await using var world = await DiskWorld.StartAsync(clock: clock, retention: ThreeDays);
        await world.SendAsync(spans => spans.Span(1, 1, start: world.Now, end: world.Now + 5));
        await world.DrainAsync();
        clock.Leap(TimeSpan.FromDays(3650));
        await world.Store.MaintainAsync(default);
        Assert.Single(await world.ReadAsync(1));
        Assert.Contains("leapt", Assert.Single(world.Problems), StringComparison.Ordinal);
        // Spans come with the new time, or the old one; both stay.
        await world.SendAsync(spans => spans.Span(2, 1, start: world.Now, end: world.Now + 5));
        await world.DrainAsync();

        clock.Leap(-TimeSpan.FromDays(3650));
        await world.Store.MaintainAsync(default);
        Assert.Equal("", string.Join("\n", world.Problems));
        Assert.Equal(2, await world.CountAsync());

        // In time it goes all the same.
        await world.PassAsync(TimeSpan.FromDays(3.1));
        await world.Store.MaintainAsync(default);
        Assert.Empty(await world.ReadAsync(1));
        Assert.Single(await world.ReadAsync(2));
    }

    [Fact]
    public async Task A_leap_back_deletes_nothing_and_stores_on()
    {
        await using var world = await DiskWorld.StartAsync(clock: clock, retention: ThreeDays);
        await world.SendAsync(spans => spans.Span(1, 1, start: world.Now, end: world.Now + 5));
        await world.DrainAsync();
        clock.Leap(-TimeSpan.FromDays(365 * 80));
        await world.Store.MaintainAsync(default);
        await world.SendAsync(spans => spans.Span(2, 1, start: DiskWorld.Start, end: DiskWorld.Start + 5));
        await world.DrainAsync();
        await world.RestartAsync();
        Assert.Equal(2, await world.CountAsync());
    }
}
