using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage;
using Xunit;

namespace Clew.Testing.Stores;

/// <summary>
/// What every store keeps: derive a class, open the store, and each method is compared with <see cref="InMemorySpanStore"/> on generated
/// data.
/// </summary>
public abstract class SpanStoreContract
{
    private const ulong Now = 1_767_225_600_000_000_000;

    private static readonly Tenant First = new("first");
    private static readonly Tenant Second = new("second");

    /// <summary>Opens the store of this test: what an earlier call left there is there again, where the store is durable.</summary>
    protected abstract ISpanStore Open();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task ReadsEveryTraceAsItWasAppended(int seed)
    {
        var model = new InMemorySpanStore();
        await using var store = Open();
        await FillAsync(store, model, seed);
        await CompareTracesAsync(store, model);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task FindsWhatTheMatcherFinds(int seed)
    {
        var model = new InMemorySpanStore();
        await using var store = Open();
        await FillAsync(store, model, seed);
        var requests = new ScanRequests(new Random(seed), Now);
        for (int i = 0; i < 150; i++)
        {
            var search = new TraceSearch { Tenant = First, Range = requests.Range(), Predicates = requests.Predicates() };
            var expected = await HitsAsync(model, search);
            var actual = await HitsAsync(store, search);
            Assert.True(expected.Distinct().SequenceEqual(actual.Distinct()), $"{i}: {Describe(search.Predicates)} in {search.Range}: {actual.Count} of {expected.Count}");
            Assert.Equal(actual.Order(), actual);
            if (expected.Count > 1)
            {
                var before = expected[expected.Count / 2];
                var rest = await HitsAsync(store, search with { Before = before });
                Assert.Empty(expected.Where(position => position > before).Except(rest));
                Assert.Empty(rest.Except(expected));
            }
        }
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    public async Task AggregatesLikeASlowLoop(int seed)
    {
        var model = new InMemorySpanStore();
        await using var store = Open();
        if (!store.Capabilities.HasFlag(SpanSourceCapabilities.Aggregation))
        {
            return;
        }
        await FillAsync(store, model, seed);
        var requests = new ScanRequests(new Random(seed), Now);
        for (int i = 0; i < 100; i++)
        {
            var request = requests.Aggregation(First);
            var expected = await AggregateAsync(model, request);
            var actual = await AggregateAsync(store, request);
            Assert.True(store.GetStatistics().Problems.Count == 0, string.Join(" ", store.GetStatistics().Problems)); // sound data are never taken for damaged
            string what = $"{i}: by {string.Join(',', request.GroupBy)} of {string.Join(',', request.Measures)} where {Describe(request.Predicates)}";
            Assert.True(expected.Groups.Count == actual.Groups.Count, $"{what}: {actual.Groups.Count} groups instead of {expected.Groups.Count}");
            foreach (var (key, figures) in expected.Groups)
            {
                Assert.True(actual.Groups.TryGetValue(key, out var found), $"{what}: a group is missing");
                for (int m = 0; m < figures.Count; m++)
                {
                    double tolerance = Math.Abs(figures[m]) * 1e-9;
                    Assert.True(
                        figures[m].Equals(found[m]) || Math.Abs(figures[m] - found[m]) <= tolerance, $"{what}: {found[m]} instead of {figures[m]}");
                }
            }
        }
    }

    [Theory]
    [InlineData(24)]
    [InlineData(25)]
    public async Task QuantilesAreWithinOnePercent(int seed)
    {
        var model = new InMemorySpanStore();
        await using var store = Open();
        if (!store.Capabilities.HasFlag(SpanSourceCapabilities.Aggregation))
        {
            return;
        }
        await FillAsync(store, model, seed);
        var durations = new List<double>();
        var batch = new SpanBatch();
        using (var snapshot = model.Snapshot())
        {
            var copier = new SpanBatchCopier(batch);
            for (ulong id = 0; id < 80; id++)
            {
                await snapshot.ReadTraceAsync(First, new TraceId(0, id), copier, default);
            }
        }
        durations.AddRange(Enumerable.Range(0, batch.Count).Select(row => (double)Math.Min(batch.Spans.Duration(row), long.MaxValue)));
        durations.Sort();
        double[] ranks = [0, 0.01, 0.25, 0.5, 0.75, 0.95, 0.99, 1];
        var duration = FieldReference.Of(SpanField.Duration);
        var request = new SpanAggregation
        {
            Tenant = First,
            Range = TimeRange.All,
            Measures = [Measure.Count, .. ranks.Select(rank => Measure.Quantile(duration, rank))],
        };
        var figures = (await AggregateAsync(store, request)).Groups.Single().Value;
        Assert.Equal(durations.Count, figures[0]);
        for (int i = 0; i < ranks.Length; i++)
        {
            double exact = durations[(int)Math.Floor(ranks[i] * (durations.Count - 1))];
            Assert.InRange(figures[i + 1], exact * 0.99, exact * 1.01);
        }
    }

    [Fact]
    public async Task TheLargestGroupsComeFirst()
    {
        await using var store = Open();
        if (!store.Capabilities.HasFlag(SpanSourceCapabilities.Aggregation))
        {
            return;
        }
        await FillAsync(store, new InMemorySpanStore(), 26);
        var result = await AggregateAsync(store, new SpanAggregation { Tenant = First, Range = TimeRange.All, GroupBy = [FieldReference.Of(SpanField.Name)] });
        var expected = result.Groups.Select(group => group.Value[0]).OrderDescending().Take(5).ToList();
        var top = result.Top(5, 0);
        Assert.Equal(expected, top.Select(group => group.Value[0]));
        Assert.All(top, group => Assert.Equal(result.Groups[group.Key][0], group.Value[0]));
        Assert.Equal(result.Groups.Count, result.Top(int.MaxValue, 0).Count);
        Assert.Empty(result.Top(0, 0));
    }

    [Theory]
    [InlineData(27)]
    [InlineData(28)]
    public async Task TheSameQuestionGetsTheNewAnswer(int seed)
    {
        var model = new InMemorySpanStore();
        await using var store = Open();
        if (!store.Capabilities.HasFlag(SpanSourceCapabilities.Aggregation))
        {
            return;
        }
        // Sources may keep figures of what does not change, and where nothing was found: neither appends, nor deletions, nor another
        // range may get old ones.
        var requests = Enumerable.Range(0, 10).Select(i => new ScanRequests(new Random(seed + (i % 3)), Now).Aggregation(First)).ToList();
        await FillAsync(store, model, seed);
        await CompareAsync();
        await FillAsync(store, model, seed + 1);
        await CompareAsync();
        if (store.StoreCapabilities.HasFlag(SpanStoreCapabilities.Deletion))
        {
            TraceId[] gone = [new(0, 4), new(0, 15), new(0, 22)];
            await store.DeleteTracesAsync(First, gone, default);
            await model.DeleteTracesAsync(First, gone, default);
            await CompareAsync();
        }

        async Task CompareAsync()
        {
            foreach (var request in requests.SelectMany(request => (SpanAggregation[])[request, request, request with { Range = new TimeRange(Now + 1, Now + 40_000_000_000) }]))
            {
                Assert.Equal(Lines(await AggregateAsync(model, request)), Lines(await AggregateAsync(store, request)));
                var search = new TraceSearch { Tenant = First, Range = request.Range, Predicates = request.Predicates };
                Assert.Equal((await HitsAsync(model, search)).Distinct(), (await HitsAsync(store, search)).Distinct());
            }
        }

        // Sums depend on their order in the last digits.
        static List<string> Lines(AggregateResult result) => [.. result.Groups
            .Select(group => $"{group.Key.Bucket} {string.Join('|', group.Key.Values.Select(value => $"{value.Type} {value}"))}: {string.Join(' ', group.Value.ToArray().Select(figure => figure.ToString("G9", System.Globalization.CultureInfo.InvariantCulture)))}")
            .Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task BoundsTheGroups()
    {
        await using var store = Open();
        await FillAsync(store, new InMemorySpanStore(), 31);
        var request = new SpanAggregation { Tenant = First, Range = TimeRange.All, GroupBy = [FieldReference.Of(SpanField.StartTime)] };
        var result = new AggregateResult(request, 3);
        using var snapshot = store.Snapshot();
        await snapshot.AggregateAsync(result, default);
        Assert.Equal(3, result.Groups.Count);
        Assert.True(result.GroupsLeftOut);
    }

    [Fact]
    public async Task TenantsThatShareTraceIdsSeeOnlyTheirOwn()
    {
        await using var store = Open();
        var one = new SpanBatchBuilder();
        one.Span(7, 1, name: "mine");
        var two = new SpanBatchBuilder();
        two.Span(7, 1, name: "theirs");
        await store.AppendAsync(First, TraceBatches.Of(one.Batch), default);
        await store.AppendAsync(Second, TraceBatches.Of(two.Batch), default);
        Assert.Equal("mine", (await ReadAsync(store, First, new TraceId(0, 7))).Names().Single());
        Assert.Equal("theirs", (await ReadAsync(store, Second, new TraceId(0, 7))).Names().Single());
        Assert.Null((await ReadAsync(store, new Tenant("third"), new TraceId(0, 7))).Flags);
        Assert.Empty(await HitsAsync(store, new TraceSearch { Tenant = new Tenant("third"), Range = TimeRange.All }));
    }

    [Fact]
    public async Task SnapshotsStayAsTheyAre()
    {
        await using var store = Open();
        var model = new InMemorySpanStore();
        await FillAsync(store, model, 41);
        using var before = store.Snapshot();
        using var expected = model.Snapshot();
        var all = new TraceSearch { Tenant = First, Range = TimeRange.All };
        await FillAsync(store, new InMemorySpanStore(), 42);
        Assert.Equal(await HitsAsync(expected, all), await HitsAsync(before, all));
        Assert.NotEqual((await HitsAsync(before, all)).Count, (await HitsAsync(store, all)).Count);
    }

    [Fact]
    public async Task ADurableStoreHoldsTheSameAfterItWasReopened()
    {
        var model = new InMemorySpanStore();
        SpanStoreStatistics statistics;
        await using (var store = Open())
        {
            if (!store.StoreCapabilities.HasFlag(SpanStoreCapabilities.Durable))
            {
                return;
            }
            await FillAsync(store, model, 51);
            statistics = store.GetStatistics();
        }
        await using (var store = Open())
        {
            Assert.Equal(statistics.Spans, store.GetStatistics().Spans);
            Assert.Equal(statistics.Traces, store.GetStatistics().Traces);
            Assert.True(store.GetStatistics().Problems.Count == 0, string.Join(" ", store.GetStatistics().Problems));
            await CompareTracesAsync(store, model);
            await FillAsync(store, model, 52);
        }
        await using (var store = Open())
        {
            await CompareTracesAsync(store, model);
        }
    }

    [Theory]
    [InlineData(81)]
    [InlineData(82)]
    public async Task DeletedTracesAreGoneFromEveryRead(int seed)
    {
        var model = new InMemorySpanStore();
        await using var store = Open();
        if (!store.StoreCapabilities.HasFlag(SpanStoreCapabilities.Deletion))
        {
            await Assert.ThrowsAsync<NotSupportedException>(async () => await store.DeleteTracesAsync(First, [new TraceId(0, 1)], default));
            return;
        }
        await FillAsync(store, model, seed);
        using var before = store.Snapshot();
        var gone = Enumerable.Range(0, 60).Where(id => id % 3 == 0).Select(id => new TraceId(0, (ulong)id)).ToList();
        Assert.Equal(await model.DeleteTracesAsync(First, gone, default), await store.DeleteTracesAsync(First, gone, default));
        Assert.Equal(0, await store.DeleteTracesAsync(First, gone, default));
        Assert.Equal(model.GetStatistics().Spans, store.GetStatistics().Spans);
        Assert.Equal(model.GetStatistics().Traces, store.GetStatistics().Traces);
        await CompareTracesAsync(store, model);
        await CompareScansAsync(store, model, seed);
        var all = new TraceSearch { Tenant = First, Range = TimeRange.All };
        Assert.Empty((await HitsAsync(before, all)).Select(hit => hit.TraceId).Intersect(gone));

        // What is stored later is shown: deletion is of what was there.
        await FillAsync(store, model, seed + 100);
        await CompareTracesAsync(store, model);
        await CompareScansAsync(store, model, seed);
    }

    [Fact]
    public async Task ADurableStoreForgetsNoDeletion()
    {
        var model = new InMemorySpanStore();
        TraceId[] gone = [new(0, 3), new(0, 14), new(0, 2)];
        await using (var store = Open())
        {
            if (!store.StoreCapabilities.HasFlag(SpanStoreCapabilities.Durable | SpanStoreCapabilities.Deletion))
            {
                return;
            }
            await FillAsync(store, model, 91);
            await store.DeleteTracesAsync(First, gone[..2], default);
            await store.DeleteTracesAsync(First, gone, default);
            await model.DeleteTracesAsync(First, gone, default);
        }
        await using (var store = Open())
        {
            Assert.Equal(model.GetStatistics().Spans, store.GetStatistics().Spans);
            Assert.True(store.GetStatistics().Problems.Count == 0, string.Join(" ", store.GetStatistics().Problems));
            await CompareTracesAsync(store, model);
            await CompareScansAsync(store, model, 91);
        }
    }

    [Fact]
    public async Task CancellationEndsTheWork()
    {
        await using var store = Open();
        await FillAsync(store, new InMemorySpanStore(), 61);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        using var snapshot = store.Snapshot();
        var all = new TraceSearch { Tenant = First, Range = TimeRange.All };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var hit in snapshot.FindTracesAsync(all, cancelled.Token))
            {
                Assert.Fail($"{hit} after the cancellation");
            }
        });
        if (store.Capabilities.HasFlag(SpanSourceCapabilities.Aggregation))
        {
            var count = new AggregateResult(new SpanAggregation { Tenant = First, Range = TimeRange.All }, 10);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await snapshot.AggregateAsync(count, cancelled.Token));
        }
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.AppendAsync(First, Generate(62), cancelled.Token));
        long spans = store.GetStatistics().Spans;
        await store.AppendAsync(First, Generate(63), default);
        Assert.True(store.GetStatistics().Spans > spans);
    }

    [Fact]
    public async Task AnEmptyBatchIsNothing()
    {
        await using var store = Open();
        await store.AppendAsync(First, new TraceBatch(), default);
        Assert.Equal(0, store.GetStatistics().Spans);
        Assert.Empty(await HitsAsync(store, new TraceSearch { Tenant = First, Range = TimeRange.All }));
    }

    [Fact]
    public async Task TheLastAppendIsKnown()
    {
        bool isDurable;
        await using (var store = Open())
        {
            isDurable = store.StoreCapabilities.HasFlag(SpanStoreCapabilities.Durable);
            Assert.Equal(AppendId.None, store.LastAppend);
            await store.AppendAsync(First, Generate(64), new AppendId(3), default);
            Assert.Equal(new AppendId(3), store.LastAppend);
            await store.AppendAsync(Second, Generate(65), new AppendId(7), default);
            await store.AppendAsync(Second, Generate(66), default);
            Assert.Equal(new AppendId(7), store.LastAppend);
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.AppendAsync(First, Generate(67), new AppendId(7), default));
        }
        if (isDurable)
        {
            await using var again = Open();
            Assert.Equal(new AppendId(7), again.LastAppend);
            await again.AppendAsync(First, new TraceBatch(), new AppendId(8), default);
            Assert.Equal(new AppendId(8), again.LastAppend);
        }
    }

    [Fact]
    public async Task TheBatchStaysTheCallers()
    {
        await using var store = Open();
        var batch = Generate(71);
        var expected = SpanText.Sorted(batch.Spans);
        await store.AppendAsync(First, batch, default);
        Assert.Equal(expected, SpanText.Sorted(batch.Spans));
        var id = batch.Traces.TraceIds[0];
        batch.Clear();
        Assert.NotEmpty((await ReadAsync(store, First, id)).Lines);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    public async Task WhatItHoldsItSaysItMayHold(int seed)
    {
        var model = new InMemorySpanStore();
        await using var store = Open();
        await FillAsync(store, model, seed);
        var requests = new ScanRequests(new Random(seed), Now);
        var ids = Enumerable.Range(0, 60).Select(static id => new TraceId(0, (ulong)id)).ToArray();
        bool[] mayHold = new bool[ids.Length];
        foreach (var tenant in new[] { First, Second, new Tenant("nobody") })
        {
            for (int i = 0; i < 20; i++)
            {
                var range = i == 0 ? TimeRange.All : requests.Range();
                store.FindHeld(tenant, range, ids, mayHold);
                for (int id = 0; id < ids.Length; id++)
                {
                    var batch = new SpanBatch();
                    using var snapshot = model.Snapshot();
                    await snapshot.ReadTraceAsync(tenant, ids[id], new SpanBatchCopier(batch), default);
                    Assert.True(mayHold[id] || !batch.Spans.StartTimes.AsSpan(0, batch.Count).ToArray().Any(range.Contains), $"{tenant} {ids[id]} {range}");
                }
            }
        }
    }

    /// <summary>The data of these tests: several appends, two tenants with the same trace ids, later parts, duplicates, rare keys.</summary>
    protected static async Task FillAsync(ISpanStore store, InMemorySpanStore model, int seed)
    {
        var generator = new SpanGenerator(seed) { Now = Now };
        var batches = new List<TraceBatch>();
        for (int i = 0; i < 4; i++)
        {
            var builder = new SpanBatchBuilder();
            for (int span = 0; span < 60; span++)
            {
                int row = generator.Add(builder, (ulong)span + 1, 1 + (ulong)((span * 7) % 13) + (ulong)(i * 9));
                if (span % 10 == 3)
                {
                    builder.Batch.Spans.Attributes[row] = builder.Attributes(($"rare.{span}", $"value {span % 4}"), ("rare.7", 2L), ("rare.7", "2"), ("rare.7", "2"));
                }
            }
            batches.Add(TraceBatches.Of(builder.Batch, i % 2 == 1 ? TraceFlags.Late : TraceFlags.None, selfTimes: i > 1));
        }
        batches.Add(batches[0]); // the same once more
        foreach (var batch in batches)
        {
            await store.AppendAsync(First, batch, default);
            await model.AppendAsync(First, batch, default);
        }
        await store.AppendAsync(Second, batches[1], default);
        await model.AppendAsync(Second, batches[1], default);
    }

    /// <summary>Every trace of both tenants, span by span, flags included.</summary>
    protected static async Task CompareTracesAsync(ISpanStore store, InMemorySpanStore model)
    {
        foreach (var tenant in new[] { First, Second })
        {
            for (ulong id = 0; id < 60; id++)
            {
                var traceId = new TraceId(0, id);
                var expected = await ReadAsync(model, tenant, traceId);
                var actual = await ReadAsync(store, tenant, traceId);
                Assert.Equal(expected.Lines, actual.Lines);
                Assert.Equal(expected.Flags, actual.Flags);
            }
        }
    }

    /// <summary>Searches and figures of the first tenant.</summary>
    protected static async Task CompareScansAsync(ISpanStore store, InMemorySpanStore model, int seed)
    {
        var requests = new ScanRequests(new Random(seed), Now);
        for (int i = 0; i < 30; i++)
        {
            var search = new TraceSearch { Tenant = First, Range = requests.Range(), Predicates = requests.Predicates() };
            Assert.Equal((await HitsAsync(model, search)).Distinct(), (await HitsAsync(store, search)).Distinct());
            Assert.True(store.GetStatistics().Problems.Count == 0, string.Join(" ", store.GetStatistics().Problems));
            var request = new SpanAggregation { Tenant = First, Range = requests.Range(), Predicates = requests.Predicates(), GroupBy = [requests.Field()] };
            if (store.Capabilities.HasFlag(SpanSourceCapabilities.Aggregation))
            {
                Assert.Equal(
                    (await AggregateAsync(model, request)).Groups.ToDictionary(group => group.Key, group => group.Value[0]),
                    (await AggregateAsync(store, request)).Groups.ToDictionary(group => group.Key, group => group.Value[0]));
            }
        }
    }

    protected static async Task<List<TracePosition>> HitsAsync(ISpanStore store, TraceSearch search)
    {
        using var snapshot = store.Snapshot();
        return await HitsAsync(snapshot, search);
    }

    protected static async Task<TraceContent> ReadAsync(ISpanStore store, Tenant tenant, TraceId id)
    {
        var batch = new SpanBatch();
        using var snapshot = store.Snapshot();
        var flags = await snapshot.ReadTraceAsync(tenant, id, new SpanBatchCopier(batch), default);
        return new TraceContent(flags, batch);
    }

    private static async Task<List<TracePosition>> HitsAsync(ISpanSnapshot snapshot, TraceSearch search)
    {
        var hits = new List<TracePosition>();
        await foreach (var hit in snapshot.FindTracesAsync(search, default))
        {
            hits.Add(hit.Position);
        }
        return hits;
    }

    private static async Task<AggregateResult> AggregateAsync(ISpanStore store, SpanAggregation request)
    {
        var result = new AggregateResult(request, 100_000);
        using var snapshot = store.Snapshot();
        await snapshot.AggregateAsync(result, default);
        return result;
    }

    private static TraceBatch Generate(int seed) => TraceBatches.Of(new SpanGenerator(seed) { Now = Now }.Batch(40));

    private static string Describe(IEnumerable<SpanPredicate> predicates) => string.Join(" and ", predicates.Select(predicate => predicate switch
    {
        Comparison c => $"{c.Field} {c.Operator} {c.Value.Type} {c.Value}",
        AnyOf any => $"({any.Predicates.Count}: {Describe(any.Predicates)})",
        _ => "?",
    }));
}
