using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded;
using Clew.Storage.Embedded.Aggregating;
using Clew.Testing;
using Clew.Testing.Stores;

namespace Clew.Storage.Tests.Embedded.Aggregating;

/// <summary>What is asked again and again stays right while segments come, lose traces, are merged, and other ranges are asked for.</summary>
public sealed class FiguresSumTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task SumsFollowAppendsDeletionsMergesAndRanges(int seed)
    {
        var random = new Random(seed);
        await using var store = StoreProbe.OpenMerging(new MemoryFileLayer(), options => options with { MergeFanIn = 6 });
        var model = new InMemorySpanStore();
        FieldReference[][] questions = [[FieldReference.Of(SpanField.ServiceName)], [FieldReference.Of(SpanField.Name), FieldReference.Of(SpanField.Kind)]];
        ulong trace = 1;
        for (int step = 0; step < 60; step++)
        {
            switch (random.Next(10))
            {
                case 0 when step > 10:
                    await store.MaintainAsync(default);
                    break;
                case 1 or 2 when trace > 8:
                    var id = new TraceId(0, (ulong)random.NextInt64(1, (long)trace));
                    Assert.Equal(
                        await model.DeleteTracesAsync(StoreProbe.Tenant, [id], default), await store.DeleteTracesAsync(StoreProbe.Tenant, [id], default));
                    break;
                default:
                    var spans = new SpanGenerator((seed * 1000) + step) { Now = StoreProbe.Now }.Batch(20, traces: 4, trace);
                    trace += 4;
                    await store.AppendAsync(StoreProbe.Tenant, TraceBatches.Of(spans), default);
                    await model.AppendAsync(StoreProbe.Tenant, TraceBatches.Of(spans), default);
                    break;
            }
            for (int ask = 0; ask < 3; ask++)
            {
                var range = random.Next(4) == 0 ? new TimeRange(0, StoreProbe.Now + (ulong)random.NextInt64(3_600_000_000_000)) : TimeRange.All;
                var by = questions[random.Next(questions.Length)];
                Assert.Equal(await CountAsync(model, range, by), await CountAsync(store, range, by));
            }
        }
    }

    [Fact]
    public async Task WhatIsKnownIsNotAddedUpAgain()
    {
        await using var store = StoreProbe.Open(new MemoryFileLayer());
        for (int i = 0; i < 12; i++)
        {
            await store.AppendAsync(StoreProbe.Tenant, StoreProbe.Traces(i, spans: 20, firstTrace: (ulong)(i * 8) + 1), default);
        }
        var by = FieldReference.Of(SpanField.ServiceName);
        var first = await StoreProbe.CountAsync(store, by);
        long used = Used(store);
        await StoreProbe.CountAsync(store, by); // adds up
        long withSum = Used(store);
        Assert.True(withSum > used);
        for (int i = 0; i < 5; i++)
        {
            var again = await StoreProbe.CountAsync(store, by);
            Assert.Equal(Sorted(first), Sorted(again));
            Assert.Equal(0, again.SpansScanned);
        }
        Assert.Equal(withSum, Used(store));
    }

    [Fact]
    public void SumsAreBoundedWithTheRest()
    {
        const long Capacity = 20_000;
        var cache = new FiguresCache(Capacity);
        for (int i = 0; i < 100; i++)
        {
            var request = new SpanAggregation
            {
                Tenant = StoreProbe.Tenant,
                Range = TimeRange.All,
                GroupBy = [FieldReference.Attribute($"key {i}")],
            };
            cache.AddSum(new AggregationKey(request), new FiguresSum([], [], new AggregateResult(request, 10)));
            Assert.InRange(cache.Use.Used, 1, Capacity);
            Assert.NotNull(cache.FindSum(new AggregationKey(request)));
        }
    }

    private static long Used(EmbeddedSpanStore store) => store.GetStatistics().Bounds.Single(bound => bound.Name == "figures_cache").Used;

    private static async Task<List<string>> CountAsync(ISpanStore store, TimeRange range, FieldReference[] by)
    {
        using var snapshot = store.Snapshot();
        var result = new AggregateResult(new SpanAggregation { Tenant = StoreProbe.Tenant, Range = range, GroupBy = by }, 100_000);
        await snapshot.AggregateAsync(result, default);
        return Sorted(result);
    }

    private static List<string> Sorted(AggregateResult result) =>
        [.. result.Groups.Select(static group => $"{string.Join(',', group.Key.Values)} {group.Value[0]}").Order(StringComparer.Ordinal)];
}
