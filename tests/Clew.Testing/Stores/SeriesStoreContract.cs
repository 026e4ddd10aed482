using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Storage;
using Xunit;

namespace Clew.Testing.Stores;

/// <summary>
/// What every series store keeps: derive a class, open the store, and its answers are compared with those of <see cref="InMemorySeriesStore"/>
/// on generated data.
/// </summary>
public abstract class SeriesStoreContract
{
    private static readonly Tenant First = new("first");
    private static readonly Tenant Second = new("second");

    /// <summary>The time of these tests; stores are opened with it.</summary>
    protected ManualTimeProvider Clock { get; } = new();

    private ulong Now => (ulong)(Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Opens the store of this test: what an earlier call left there is there again, where the store is durable.</summary>
    /// <param name="lastStored">What the span store says of its last append.</param>
    protected abstract ISeriesStore Open(AppendId? lastStored);

    /// <summary>Makes the store do what it otherwise does in the background.</summary>
    protected virtual Task MaintainAsync(ISeriesStore store) => Task.CompletedTask;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task AnswersLikeAListOfEverything(int seed)
    {
        var model = new InMemorySeriesStore();
        var random = new Random(seed);
        await using var store = Open(AppendId.None);
        var generator = new SeriesGenerator(seed);
        for (int round = 0; round < 16; round++)
        {
            Clock.Advance(TimeSpan.FromSeconds(random.Next(1, 60)));
            generator.Now = Now;
            await AppendAsync(store, model, random.Next(4) == 0 ? Second : First, generator.Delta(random.Next(1, 200)));
            if (random.Next(3) == 0)
            {
                await MaintainAsync(store);
            }
            await CompareAsync(store, model, random);
        }
        Assert.Empty(store.GetStatistics().Problems);
    }

    [Fact]
    public async Task WhatIsNotCommittedIsNotShown()
    {
        var model = new InMemorySeriesStore();
        var generator = new SeriesGenerator(7) { Now = Now };
        await using var store = Open(AppendId.None);
        await AppendAsync(store, model, First, generator.Delta());
        var before = await store.BeginAsync(First, generator.Delta(), default);
        await CompareAsync(store, model, new Random(1));
        store.Abandon(before);
        var undecided = await store.BeginAsync(First, generator.Delta(), default);
        Assert.True(undecided > before);
        await AppendAsync(store, model, First, generator.Delta());
        Assert.Throws<InvalidOperationException>(() => store.Commit(undecided));
        store.Abandon(undecided);
        await MaintainAsync(store);
        await CompareAsync(store, model, new Random(2));
    }

    [Fact]
    public async Task TheDeltaStaysTheCallers()
    {
        var model = new InMemorySeriesStore();
        var delta = new SeriesGenerator(8) { Now = Now }.Delta();
        await using var store = Open(AppendId.None);
        var append = await store.BeginAsync(First, delta, default);
        await AppendAsync(new InMemorySeriesStore(), model, First, delta);
        delta.Clear();
        store.Commit(append);
        await CompareAsync(store, model, new Random(1));
    }

    [Fact]
    public async Task AnEmptyDeltaIsAnAppendLikeAnyOther()
    {
        await using var store = Open(AppendId.None);
        var one = await store.BeginAsync(First, new SeriesDelta(), default);
        store.Commit(one);
        Assert.Equal(one, store.LastCommitted);
        await MaintainAsync(store);
        var two = await store.BeginAsync(First, new SeriesDelta(), default);
        Assert.True(two > one);
        store.Commit(two);
        Assert.Empty((await store.ReadAsync(new SeriesQuery { Tenant = First, Kind = SeriesKind.Red, Range = TimeRange.All }, default)).Series);
    }

    [Fact]
    public async Task ADurableStoreHoldsTheSameAfterItWasReopened()
    {
        var model = new InMemorySeriesStore();
        var random = new Random(9);
        var generator = new SeriesGenerator(9) { Now = Now };
        var last = AppendId.None;
        for (int round = 0; round < 6; round++)
        {
            await using var store = Open(last);
            if (!store.Capabilities.HasFlag(SeriesStoreCapabilities.Durable))
            {
                return;
            }
            Assert.Empty(store.GetStatistics().Problems);
            await CompareAsync(store, model, random);
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(last, store.LastCommitted);
                await AppendAsync(store, model, First, generator.Delta());
                Assert.True(store.LastCommitted > last);
                last = store.LastCommitted;
            }
            if (round % 2 == 0)
            {
                await MaintainAsync(store);
            }
        }
    }

    [Fact]
    public async Task PointsAreBounded()
    {
        await using var store = Open(AppendId.None);
        await AppendAsync(store, new InMemorySeriesStore(), First, new SeriesGenerator(10) { Now = Now }.Delta(2_000));
        var query = new SeriesQuery { Tenant = First, Kind = SeriesKind.Red, Range = TimeRange.All, Step = TimeSpan.FromSeconds(10), MaxPoints = 17 };
        var result = await store.ReadAsync(query, default);
        if (store.Capabilities.HasFlag(SeriesStoreCapabilities.Durable))
        {
            Assert.Equal(17, result.Series.Sum(series => series.Points.Count));
            Assert.True(result.PointsLeftOut);
            Assert.All(result.Series, series => Assert.NotEmpty(series.Points));
        }
    }

    [Fact]
    public async Task CancellationEndsTheWork()
    {
        await using var store = Open(AppendId.None);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await store.ReadAsync(new SeriesQuery { Tenant = First, Kind = SeriesKind.Red, Range = TimeRange.All }, cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.BeginAsync(First, new SeriesDelta(), cancelled.Token));
        store.Commit(await store.BeginAsync(First, new SeriesDelta(), default));
    }

    /// <summary>The same append to both.</summary>
    private static async Task AppendAsync(ISeriesStore store, InMemorySeriesStore model, Tenant tenant, SeriesDelta delta)
    {
        foreach (var one in new[] { store, model })
        {
            one.Commit(await one.BeginAsync(tenant, delta, default));
        }
    }

    /// <summary>Some questions to both, answered as finely as the store answers them.</summary>
    private async Task CompareAsync(ISeriesStore store, InMemorySeriesStore model, Random random)
    {
        for (int i = 0; i < 12; i++)
        {
            var kind = random.Next(3) == 0 ? SeriesKind.Edge : SeriesKind.Red;
            ulong from = Now - ((ulong)random.NextInt64(TimeSpan.FromHours(23).Ticks) * 100);
            var query = new SeriesQuery
            {
                Tenant = random.Next(3) == 0 ? Second : First,
                Kind = kind,
                Range = random.Next(4) == 0 ? TimeRange.All : new TimeRange(from, from + ((ulong)random.NextInt64(TimeSpan.FromHours(3).Ticks) * 100)),
                Step = new[] { 0, 10, 15, 60, 90, 300, 3600, 7200 }.Select(seconds => TimeSpan.FromSeconds(seconds)).ElementAt(random.Next(8)),
                WithDurations = random.Next(4) != 0,
                Filters = random.Next(3) switch
                {
                    0 => [],
                    1 => [new SeriesFilter(SeriesLabels.Service, ["service-1", "service-3"])],
                    _ => [new SeriesFilter(SeriesLabels.Server, [kind == SeriesKind.Edge ? "service-2" : "operation 2"]), new SeriesFilter(SeriesLabels.Client, ["service-0", "service-1"])],
                },
            };
            var actual = await store.ReadAsync(query, default);
            ulong asked = (ulong)query.Step.Ticks * 100;
            Assert.True(actual.Step >= asked && (asked > 0 || actual.Step == 0), $"{query}: a step of {actual.Step}");
            Assert.True(actual.Step == 0 || actual.Step % actual.Resolution == 0);
            Assert.False(actual.PointsLeftOut || actual.IsIncomplete);
            Assert.Equal(SeriesText.Lines(model.Read(query, actual.Step, actual.Resolution)), SeriesText.Lines(actual));
        }
    }
}
