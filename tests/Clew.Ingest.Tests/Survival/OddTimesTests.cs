using System.Globalization;
using Clew.Core.Model;
using Clew.Storage.Embedded.Retention;
using Clew.Testing;

namespace Clew.Ingest.Tests.Survival;

/// <summary>Spans whose times are wrong in every way: stored, found by id, and of no effect on anything else.</summary>
public sealed class OddTimesTests
{
    private const ulong Minute = 60_000_000_000;
    private const ulong Day = 24 * 60 * Minute;
    private const ulong Year = 365 * Day;
    private const ulong Odd = 1_000_000;

    private readonly ManualTimeProvider clock = new();

    public static TheoryData<ulong, ulong> OddTimes => new()
    {
        { 0, 0 },
        { 0, 1 },
        { 1, DiskWorld.Start },
        { DiskWorld.Start, DiskWorld.Start },
        { DiskWorld.Start, DiskWorld.Start - 5 },
        { DiskWorld.Start, 0 },
        { DiskWorld.Start, DiskWorld.Start + (100 * Year) },
        { DiskWorld.Start + Year, DiskWorld.Start + Year + 1 },
        { DiskWorld.Start + (300 * Year), DiskWorld.Start + (300 * Year) },
        { long.MaxValue, (ulong)long.MaxValue + 1 },
        { ulong.MaxValue - 1, ulong.MaxValue },
        { ulong.MaxValue, 0 },
        { 0, ulong.MaxValue },
    };

    [Theory]
    [MemberData(nameof(OddTimes))]
    public async Task It_is_found_by_id_wherever_it_lies_and_the_others_are_as_without_it(ulong start, ulong end)
    {
        var with = await LiveAsync((start, end));
        var without = await LiveAsync(null);
        Assert.Equal(without.Lines, with.Lines);
        // A search over the last minutes looks at the odd one at most.
        Assert.Equal(without.Recent.Traces, with.Recent.Traces.Where(trace => trace != Odd));
        Assert.InRange(with.Recent.Scanned, without.Recent.Scanned, without.Recent.Scanned + 1);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    public async Task A_trace_with_one_span_from_1970_is_found_where_its_other_spans_are(ulong start)
    {
        await using var world = await DiskWorld.StartAsync(clock: clock);
        await world.SendAsync(spans =>
        {
            spans.Span(Odd, 1, start: world.Now, end: world.Now + 5);
            spans.Span(Odd, 2, parent: 1, start: start, end: start + 5);
        });
        await TrafficAsync(world, 100);
        await world.DrainAsync();
        var (traces, scanned) = await world.SearchStoreAsync(new TimeRange(DiskWorld.Start, DiskWorld.Start + Day));
        Assert.Contains(Odd, traces);
        Assert.Equal(101, traces.Count);
        Assert.InRange(scanned, 202, 202);
        // Years in which nothing happened cost nothing but the odd one.
        var (none, looked) = await world.SearchStoreAsync(new TimeRange(DiskWorld.Start - Year, DiskWorld.Start - (Year / 2)));
        Assert.Empty(none);
        Assert.InRange(looked, 0, 2);
    }

    [Fact]
    public async Task The_newest_twenty_are_found_without_a_look_at_what_claims_to_be_old()
    {
        await using var world = await DiskWorld.StartAsync(clock: clock);
        for (ulong i = 0; i < 200; i++)
        {
            await world.SendAsync(spans => spans.Span(Odd + i, 1, start: i, end: i + 1));
        }
        await TrafficAsync(world, 100);
        await world.DrainAsync();
        var (traces, scanned) = await world.SearchStoreAsync(TimeRange.All, limit: 20);
        Assert.DoesNotContain(traces, trace => trace >= Odd);
        Assert.InRange(scanned, 20, 400);
    }

    [Fact]
    public async Task Retention_goes_by_the_time_that_spans_claim_and_each_alone()
    {
        var rule = new RetentionRule(RetentionRule.DefaultClass, TimeSpan.FromDays(3), null);
        await using var world = await DiskWorld.StartAsync(clock: clock, retention: rule);
        await TrafficAsync(world, 10);
        await world.SendAsync(spans =>
        {
            spans.Span(Odd, 1, start: 0, end: 1);
            spans.Span(Odd + 1, 1, start: world.Now + Year, end: world.Now + Year);
            spans.Span(Odd + 2, 1, start: ulong.MaxValue, end: ulong.MaxValue);
        });
        await world.DrainAsync();
        await world.Store.MaintainAsync(default);
        Assert.Empty(await world.ReadAsync(Odd));
        Assert.Equal(10 * 2, await world.CountAsync(new TimeRange(DiskWorld.Start, DiskWorld.Start + Day)));
        await world.PassAsync(TimeSpan.FromDays(4));
        await world.Store.MaintainAsync(default);
        // What claims to be new keeps nobody else.
        Assert.Equal(0, await world.CountAsync(new TimeRange(0, DiskWorld.Start + Day)));
        Assert.Single(await world.ReadAsync(Odd + 1));
        Assert.Single(await world.ReadAsync(Odd + 2));
    }

    [Fact]
    public async Task A_hundred_thousand_spans_each_of_another_day_are_few_segments()
    {
        const int Spans = 100_000;
        await using var world = await DiskWorld.StartAsync(clock: clock);
        await TrafficAsync(world, 100);
        for (ulong first = 0; first < Spans; first += 5_000)
        {
            await world.SendAsync(spans =>
            {
                for (ulong i = first; i < first + 5_000; i++)
                {
                    spans.Span(Odd + i, 1, name: i.ToString(CultureInfo.InvariantCulture), start: i * Day, end: (i * Day) + 1);
                }
            });
            await world.PassAsync(TimeSpan.FromSeconds(10));
        }
        await world.DrainAsync();
        Assert.InRange(world.Store.GetStatistics().Segments, 1, 400);
        await world.Store.MaintainAsync(default);
        int segments = world.Store.GetStatistics().Segments;
        Assert.InRange(segments, 1, 150);
        await world.RestartAsync();
        Assert.Equal("", string.Join("\n", world.Problems));
        Assert.Equal(Spans + 200, await world.CountAsync());
        for (ulong i = 0; i < Spans; i += 997)
        {
            Assert.Contains($"'{i.ToString(CultureInfo.InvariantCulture)}'", Assert.Single(await world.ReadAsync(Odd + i)), StringComparison.Ordinal);
        }
        // And today is searched as if they were not there.
        var (traces, scanned) = await world.SearchStoreAsync(new TimeRange(DiskWorld.Start, DiskWorld.Start + (Day / 2)));
        Assert.Equal(100, traces.Count(trace => trace < Odd));
        Assert.InRange(scanned, 200, 210);
    }

    /// <summary>Traffic as usual, with or without an odd span in it; stored, merged, killed, started.</summary>
    private static async Task<(List<string> Lines, (List<ulong> Traces, long Scanned) Recent)> LiveAsync((ulong Start, ulong End)? odd)
    {
        var clock = new ManualTimeProvider();
        await using var world = await DiskWorld.StartAsync(clock: clock);
        for (int round = 0; round < 10; round++)
        {
            await TrafficAsync(world, 10, first: (ulong)round * 10);
            bool isOdd = round == 5 && odd is not null;
            if (isOdd)
            {
                await world.SendAsync(spans => spans.Span(Odd, 1, start: odd!.Value.Start, end: odd.Value.End));
            }
            List<string> expected = isOdd ? [Assert.Single(await world.ReadAsync(Odd))] : await world.ReadAsync(Odd);
            Assert.True(!isOdd || expected[0].Contains($"[{odd!.Value.Start}..{odd.Value.End}]", StringComparison.Ordinal));
            await world.DrainAsync();
            Assert.Equal(expected, await world.ReadAsync(Odd));
            if (round == 5)
            {
                await world.RestartAsync();
                Assert.Equal(expected, await world.ReadAsync(Odd));
            }
        }
        await world.Store.MaintainAsync(default);
        Assert.Equal("", string.Join("\n", world.Problems));
        Assert.True(world.Store.GetStatistics().Merges > 0);
        await world.RestartAsync();
        Assert.Equal("", string.Join("\n", world.Problems));
        Assert.Equal(odd is null ? 200 : 201, await world.CountAsync());
        Assert.Equal(odd is null ? 0 : 1, (await world.ReadAsync(Odd)).Count);
        var lines = new List<string>();
        for (ulong trace = 1; trace <= 100; trace++)
        {
            lines.AddRange(await world.ReadAsync(trace));
        }
        ulong now = DiskWorld.Start + (6 * Minute);
        return (lines, await world.SearchStoreAsync(new TimeRange(now - (2 * Minute), now)));
    }

    /// <summary>Traces of two spans that begin now.</summary>
    private static async Task TrafficAsync(DiskWorld world, int traces, ulong first = 0)
    {
        await world.SendAsync(spans =>
        {
            for (ulong trace = first; trace < first + (ulong)traces; trace++)
            {
                spans.Span(trace + 1, 1, start: world.Now + trace, end: world.Now + trace + 50);
                spans.Span(trace + 1, 2, parent: 1, start: world.Now + trace + 1, end: world.Now + trace + 40);
            }
        });
    }
}
