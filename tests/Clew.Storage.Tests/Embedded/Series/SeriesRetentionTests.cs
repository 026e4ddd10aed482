using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Storage.Embedded.Series;
using Clew.Testing;

namespace Clew.Storage.Tests.Embedded.Series;

/// <summary>Time: what is kept how long, and clocks and spans that are wrong by years.</summary>
public sealed class SeriesRetentionTests
{
    private static readonly SeriesKey Key = SeriesKey.Red("service", "operation", SpanKind.Server, StatusCode.Ok);

    private readonly ManualTimeProvider clock = new();

    private ulong Now => (ulong)(clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    [Fact]
    public async Task CoarserPointsOutliveFinerOnes()
    {
        await using var store = SeriesProbe.Open(SeriesProbe.Files(1), AppendId.None, clock);
        ulong first = Now;
        await CountAsync(store, first, 5);
        await store.MaintainAsync(default);
        Assert.Equal(3, store.GetStatistics().Blocks);
        Assert.Equal(10, await StepAsync(store, first));

        await MoveAsync(store, TimeSpan.FromHours(30));
        Assert.Equal(60, await StepAsync(store, first));
        await AssertCountsAsync(store, first, 5);

        await MoveAsync(store, TimeSpan.FromDays(40));
        Assert.Equal(3600, await StepAsync(store, first));
        await AssertCountsAsync(store, first, 5);

        await MoveAsync(store, TimeSpan.FromDays(450));
        await AssertCountsAsync(store, first, 0);
        Assert.True(store.GetStatistics().ExpiredBlocks >= 6);
        Assert.Empty(store.GetStatistics().Problems);
    }

    [Fact]
    public async Task WhatComesTooLateForAResolutionGoesToTheCoarserOnes()
    {
        await using var store = SeriesProbe.Open(SeriesProbe.Files(2), AppendId.None, clock);
        await CountAsync(store, Now, 1);
        ulong late = Now - SeriesClock.Nanoseconds(TimeSpan.FromDays(3));
        await CountAsync(store, late, 7);
        await CountAsync(store, late, 4);
        await AssertCountsAsync(store, late, 11);
        await store.MaintainAsync(default);
        await AssertCountsAsync(store, late, 11);
        Assert.Equal(60, await StepAsync(store, late));
        await CountAsync(store, 5_000_000_000, 9); // 1970
        Assert.Equal(9, store.GetStatistics().TooOld);
        await AssertCountsAsync(store, 0, 0);
    }

    [Fact]
    public async Task AHundredThousandSpansEachOfAnotherDayMakeFewFiles()
    {
        var files = SeriesProbe.Files(3);
        await using (var store = SeriesProbe.Open(files, AppendId.None, clock))
        {
            await CountAsync(store, Now, 1);
            var delta = new SeriesDelta();
            ulong day = SeriesClock.Nanoseconds(TimeSpan.FromDays(1));
            for (ulong i = 0; i < 100_000; i++)
            {
                delta.Add(delta.CellOf(Key, SeriesDelta.StepOf(Now - (300 * day) + (i * day))), 1, isError: false);
            }
            await SeriesProbe.AppendAsync(store, delta);
            await store.MaintainAsync(default);
            Assert.InRange(store.GetStatistics().Blocks, 5, 60);
            await AssertCountsAsync(store, Now, 2);
            await AssertCountsAsync(store, Now + (90_000 * day), 1);
            await AssertCountsAsync(store, Now - (200 * day), 1);
        }
        Assert.InRange(files.AllFiles().Count, 5, 64);
    }

    [Fact]
    public async Task AClockThatLeapsAheadDeletesNothingThatIsNew()
    {
        await using var store = SeriesProbe.Open(SeriesProbe.Files(4), AppendId.None, clock);
        ulong real = Now;
        await CountAsync(store, real, 3);
        await store.MaintainAsync(default);
        clock.Advance(TimeSpan.FromDays(3650));
        await CountAsync(store, real + 20_000_000_000, 4); // senders know better
        await store.MaintainAsync(default);
        Assert.Equal(0, store.GetStatistics().ExpiredBlocks);
        await AssertCountsAsync(store, real, 3);
        await AssertCountsAsync(store, real + 20_000_000_000, 4);
        Assert.Equal(10, await StepAsync(store, real));
    }

    [Fact]
    public async Task AClockThatIsYearsBehindKeepsEverythingToTheHour()
    {
        await using var store = SeriesProbe.Open(SeriesProbe.Files(5), AppendId.None, clock);
        ulong real = Now + SeriesClock.Nanoseconds(TimeSpan.FromDays(1000));
        for (ulong i = 0; i < 5; i++)
        {
            await CountAsync(store, real + (i * 3_600_000_000_000), 3);
            await store.MaintainAsync(default);
        }
        for (ulong i = 0; i < 5; i++)
        {
            await AssertCountsAsync(store, real + (i * 3_600_000_000_000), 3, 3600);
        }
        Assert.InRange(store.GetStatistics().Blocks, 1, 5);
    }

    [Fact]
    public async Task AResolutionThatIsNotConfiguredAnyMoreGoes()
    {
        var files = SeriesProbe.Files(6);
        ulong first = Now;
        await using (var store = SeriesProbe.Open(files, AppendId.None, clock))
        {
            await CountAsync(store, first, 6);
        }
        await using (var store = SeriesProbe.Open(files, new AppendId(1), clock, options => options with { Resolutions = [options.Resolutions[2]] }))
        {
            await store.MaintainAsync(default);
            Assert.Equal(1, store.GetStatistics().Blocks);
            await AssertCountsAsync(store, first, 6);
            Assert.Equal(3600, await StepAsync(store, first));
        }
    }

    [Theory]
    [InlineData(10, 60, 25, 90)]
    [InlineData(15, 60, 30, 90)]
    [InlineData(10, 3600, 15, 900)]
    [InlineData(10, 3600, 10, 0)]
    public void ResolutionsThatDoNotBuildOnOneAnotherAreRefused(int step, int retention, int nextStep, int nextRetention)
    {
        Assert.Throws<ArgumentException>(() => SeriesProbe.Open(SeriesProbe.Files(7), AppendId.None, clock, options => options with
        {
            Resolutions = [new(TimeSpan.FromSeconds(step), TimeSpan.FromSeconds(retention)), new(TimeSpan.FromSeconds(nextStep), TimeSpan.FromSeconds(nextRetention))],
        }));
    }

    /// <summary>Time passes, and traffic goes on.</summary>
    private async Task MoveAsync(EmbeddedSeriesStore store, TimeSpan by)
    {
        clock.Advance(by);
        await CountAsync(store, Now, 1);
        await store.MaintainAsync(default);
    }

    private static async Task CountAsync(EmbeddedSeriesStore store, ulong time, int times)
    {
        var delta = new SeriesDelta();
        for (int i = 0; i < times; i++)
        {
            delta.Add(delta.CellOf(Key, SeriesDelta.StepOf(time)), 1, isError: false);
        }
        await SeriesProbe.AppendAsync(store, delta);
    }

    private static Task<SeriesResult> ReadAsync(EmbeddedSeriesStore store, ulong from, ulong width, int step) => store.ReadAsync(
        new SeriesQuery { Tenant = SeriesProbe.Tenant, Kind = SeriesKind.Red, Range = new TimeRange(from, from + width), Step = TimeSpan.FromSeconds(step) }, default).AsTask();

    /// <summary>Seconds between the points of an answer to what was asked for 10 s.</summary>
    private static async Task<int> StepAsync(EmbeddedSeriesStore store, ulong from) => (int)((await ReadAsync(store, from, 1, 10)).Step / 1_000_000_000);

    private static async Task AssertCountsAsync(EmbeddedSeriesStore store, ulong time, ulong expected, int step = 10)
    {
        var result = await ReadAsync(store, time, 1, step);
        Assert.Equal(expected, result.Series.Aggregate(0UL, (sum, series) => sum + series.Points.Aggregate(0UL, (inner, point) => inner + point.Count)));
    }
}
