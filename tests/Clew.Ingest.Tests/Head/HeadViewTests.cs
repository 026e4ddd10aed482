using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Ingest.Head;
using Clew.Ingest.Journal;
using Clew.Ingest.Pipeline;
using Clew.Ingest.Tests.Pipeline;
using Clew.Storage;
using Clew.Testing;

namespace Clew.Ingest.Tests.Head;

/// <summary>
/// What the head answers from counts, classes, blocks and filters, against a walk over the spans that the same snapshot reads one trace at a
/// time: while spans come, traces close, are stored, freed and moved, and snapshots of several ages are held.
/// </summary>
public class HeadViewTests
{
    private static readonly Tenant Other = new("other");

    [Fact]
    public async Task Every_snapshot_answers_as_a_walk_over_its_spans_whatever_moves()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            var world = await PipelineWorld.StartAsync(new PipelineOptions
            {
                HeadShards = 1 << random.Next(2),
                FlushSpans = random.Next(20, 3000),
                QuietPeriod = TimeSpan.FromSeconds(2),
                FlushInterval = TimeSpan.FromSeconds(random.Next(1, 8)),
            });
            var traces = new List<(Tenant Tenant, ulong Trace)>();
            var held = new List<ISpanSnapshot>();
            ulong nextSpan = 1;
            for (int step = 0; step < 40; step++)
            {
                var tenant = seed % 4 == 0 && random.Next(5) == 0 ? Other : Tenant.Default;
                await world.SendAsync(Payload(random, tenant, traces, ref nextSpan), tenant);
                if (random.Next(4) == 0)
                {
                    held.Add(world.Head.Snapshot());
                }
                await world.PassAsync(TimeSpan.FromSeconds(random.Next(3)));
                if (held.Count > 0 && random.Next(3) == 0)
                {
                    int gone = random.Next(held.Count);
                    held[gone].Dispose();
                    held.RemoveAt(gone);
                }
                using var fresh = world.Head.Snapshot();
                await CheckAsync(random, random.Next(3) == 0 && held.Count > 0 ? held[random.Next(held.Count)] : fresh, traces);
            }
            held.ForEach(snapshot => snapshot.Dispose());
        }
    }

    [Fact]
    public async Task A_search_goes_on_where_what_it_has_not_read_yet_is_moved()
    {
        var world = await PipelineWorld.StartAsync(new PipelineOptions { HeadShards = 1, FlushSpans = 4000, QuietPeriod = TimeSpan.FromSeconds(2) });
        var builder = new SpanBatchBuilder();
        for (ulong trace = 1; trace <= 3000; trace++)
        {
            builder.Span(trace, 1, trace % 100 == 0 ? 7ul : 0ul, start: trace, name: trace % 100 == 0 ? "open" : "op");
        }
        await world.SendAsync(builder.Batch);
        using var snapshot = world.Head.Snapshot();
        var search = new TraceSearch
        {
            Tenant = Tenant.Default,
            Range = TimeRange.All,
            Predicates = [new Comparison(FieldReference.Of(SpanField.Name), ComparisonOperator.Equal, AttributeValue.Of("open"))],
        };
        var found = new List<ulong>();
        await foreach (var hit in snapshot.FindTracesAsync(search, CancellationToken.None))
        {
            found.Add(hit.Position.TraceId.Low);
            if (found.Count == 1)
            {
                // The others close and go; what waits for its root is moved to a fresh arena and the old one is emptied.
                var arena = world.Head.Shards[0].Arenas[0];
                long version = arena.Version;
                world.Head.Shards[0].CloseDue(new(long.MaxValue, long.MinValue, long.MinValue));
                foreach (int part in Enumerable.Range(0, world.Head.Shards[0].Parts.Count).Where(part => world.Head.Shards[0].Parts[part].State == PartState.Closed))
                {
                    world.Head.Shards[0].MarkStored(part, 1);
                    world.Head.Shards[0].Free(part);
                }
                world.Head.Shards[0].Compact(urgent: true);
                Assert.NotEqual(version, arena.Version);
            }
        }
        Assert.Equal(Enumerable.Range(1, 30).Select(i => (ulong)i * 100).Reverse(), found);
    }

    [Fact]
    public async Task A_snapshot_says_which_append_it_leaves_out()
    {
        var world = await PipelineWorld.StartAsync();
        ISpanStore store = world.Store;
        long? during = null;
        world.Store.OnAppend = () =>
        {
            using var snapshot = world.Head.Snapshot();
            during = snapshot.LastHandOver;
        };
        for (ulong trace = 1; trace <= 3; trace++)
        {
            using var before = world.Head.Snapshot();
            Assert.Equal(store.LastHandOver, before.LastHandOver);
            var builder = new SpanBatchBuilder();
            builder.Span(trace, 1);
            await world.SendAsync(builder.Batch);
            await world.PassAsync(TimeSpan.FromMinutes(1));
            await world.PassAsync(TimeSpan.FromMinutes(1));
            using var after = world.Head.Snapshot();
            Assert.Equal((int)trace, world.Store.Appends);
            Assert.Equal(before.LastHandOver, during);
            Assert.Equal(store.LastHandOver, after.LastHandOver);
            Assert.True(after.LastHandOver > before.LastHandOver);
        }
        await world.RestartAsync();
        using var restarted = world.Head.Snapshot();
        Assert.Equal(store.LastHandOver, restarted.LastHandOver);
    }

    [Fact]
    public async Task Counts_by_service_and_operation_look_at_no_span_of_blocks_inside_the_range()
    {
        var head = new SpanHead(new PipelineOptions { HeadShards = 1 }, new ManualTimeProvider());
        for (ulong payload = 0; payload < 40; payload++)
        {
            var builder = new SpanBatchBuilder();
            for (ulong i = 0; i < 500; i++)
            {
                builder.Span((payload * 1000) + (i / 10), i + 1, service: $"service {i % 7}", name: $"op {i % 11}", start: (payload * 1000) + i);
            }
            head.Add(Tenant.Default, builder.Batch, new JournalPosition(1));
            head.Add(Other, builder.Batch, new JournalPosition(1)); // in the same arenas
        }
        using var snapshot = head.Snapshot();
        foreach (var (range, most) in new[] { (TimeRange.All, 0), (new TimeRange(0, 39_400), 1000), (new TimeRange(20_250, 39_400), 12_000) })
        {
            var result = new AggregateResult(
                new SpanAggregation { Tenant = Tenant.Default, Range = range, GroupBy = [FieldReference.Of(SpanField.ServiceName)] }, 100);
            await snapshot.AggregateAsync(result, CancellationToken.None);
            long expected = Enumerable.Range(0, 40).Sum(payload => Enumerable.Range(0, 500).LongCount(i => range.Contains((ulong)((payload * 1000) + i))));
            Assert.Equal(expected, result.Groups.Values.Sum(figures => figures[0]));
            Assert.Equal(7, result.Count);
            Assert.InRange(result.SpansScanned, 0, most);
        }
    }

    [Fact]
    public async Task More_classes_than_there_is_room_for_are_answered_all_the_same()
    {
        var head = new SpanHead(new PipelineOptions { HeadShards = 1 }, new ManualTimeProvider());
        var builder = new SpanBatchBuilder();
        const int Names = SpanClasses.MaxClasses + 500;
        for (int i = 0; i < 2 * Names; i++)
        {
            builder.Span((ulong)i, 1, name: $"op {i % Names}", start: (ulong)i, attributes: ("user.id", $"user {i}"));
        }
        head.Add(Tenant.Default, builder.Batch, new JournalPosition(1));
        using var snapshot = head.Snapshot();
        var result = new AggregateResult(
            new SpanAggregation { Tenant = Tenant.Default, Range = TimeRange.All, GroupBy = [FieldReference.Of(SpanField.Name)] }, 2 * Names);
        await snapshot.AggregateAsync(result, CancellationToken.None);
        Assert.Equal(Names, result.Count);
        Assert.All(result.Groups.Values, figures => Assert.Equal(2, figures[0]));
        foreach (var (field, value) in new[] { (FieldReference.Of(SpanField.Name), $"op {Names - 1}"), (FieldReference.Attribute("user.id"), $"user {(2 * Names) - 1}") })
        {
            var hits = await HitsAsync(snapshot, Tenant.Default, TimeRange.All, [new Comparison(field, ComparisonOperator.EqualText, AttributeValue.Of(value))]);
            Assert.Equal((ulong)((2 * Names) - 1), hits[0].TraceId.Low);
        }
    }

    private static SpanBatch Payload(Random random, Tenant tenant, List<(Tenant Tenant, ulong Trace)> traces, ref ulong nextSpan)
    {
        var builder = new SpanBatchBuilder();
        for (int spans = random.Next(6) == 0 ? random.Next(1, 1500) : random.Next(1, 60); spans > 0; spans--)
        {
            var own = traces.Where(t => t.Tenant == tenant).TakeLast(30).ToList();
            if (own.Count == 0 || random.Next(3) == 0)
            {
                traces.Add((tenant, (ulong)traces.Count + 1));
                own = [traces[^1]];
            }
            ulong start = 1_000_000 + (nextSpan * 10) + (ulong)random.Next(100);
            builder.Span(
                own[random.Next(own.Count)].Trace, nextSpan, random.Next(6) == 0 ? 0 : nextSpan - 1, name: $"op {random.Next(7)}", service: $"service {random.Next(3)}",
                start: random.Next(200) == 0 ? (ulong)random.NextInt64() : start, end: start + (ulong)random.Next(1000), kind: (SpanKind)random.Next(6),
                status: (StatusCode)random.Next(3),
                attributes: random.Next(5) == 0 ? [("only", "here")] : [("http.request.method", random.Next(2) == 0 ? "GET" : "POST"), ("code", random.Next(4)), ("user.id", $"user {random.Next(400)}")]);
            nextSpan++;
        }
        return builder.Batch;
    }

    private static async Task CheckAsync(Random random, ISpanSnapshot snapshot, List<(Tenant Tenant, ulong Trace)> traces)
    {
        var tenant = random.Next(8) == 0 ? Other : Tenant.Default;
        var all = new SpanBatch();
        var copier = new SpanBatchCopier(all);
        foreach (var (_, trace) in traces.Where(t => t.Tenant == tenant))
        {
            await snapshot.ReadTraceAsync(tenant, new TraceId(0, trace), copier, CancellationToken.None);
        }
        ulong middle = 1_000_000 + (ulong)random.Next(100_000);
        var range = random.Next(3) switch { 0 => TimeRange.All, 1 => new TimeRange(middle, ulong.MaxValue), _ => new TimeRange(0, middle) };
        var predicates = Enumerable.Range(0, random.Next(4)).Select(_ => Predicate(random)).ToList();
        var matcher = new SpanMatcher(all, predicates);
        var matching = Enumerable.Range(0, all.Count).Where(row => range.Contains(all.Spans.StartTimes[row]) && matcher.Matches(row)).ToList();

        var hits = await HitsAsync(snapshot, tenant, range, predicates);
        Assert.Equal(hits.Order(), hits);
        // A trace may be there in two parts.
        Assert.Equal(
            matching.Select(row => all.Spans.TraceIds[row]).Distinct().Order(),
            hits.Select(hit => hit.TraceId).Distinct().Order());

        FieldReference[] groups = [FieldReference.Of(SpanField.ServiceName), FieldReference.Of(random.Next(2) == 0 ? SpanField.Name : SpanField.Kind)];
        var request = new SpanAggregation { Tenant = tenant, Range = range, Predicates = predicates, GroupBy = groups, Measures = [Measure.Count, Measure.Errors] };
        var result = new AggregateResult(request, 1000);
        await snapshot.AggregateAsync(result, CancellationToken.None);
        var readers = groups.Select(group => new SpanFieldReader(all, group)).ToArray();
        var expected = matching
            .GroupBy(row => $"{readers[0].Value(row)} {readers[1].Value(row).Bits} {readers[1].Value(row)}")
            .Select(group => $"{group.Key} {group.Count()} {group.Count(row => all.Spans.StatusCodes[row] == StatusCode.Error)}").Order(StringComparer.Ordinal);
        var actual = result.Groups
            .Select(group => $"{group.Key.Values[0]} {group.Key.Values[1].Bits} {group.Key.Values[1]} {group.Value[0]} {group.Value[1]}").Order(StringComparer.Ordinal);
        Assert.Equal(expected, actual);
    }

    private static SpanPredicate Predicate(Random random) => random.Next(9) switch
    {
        0 => new Comparison(FieldReference.Of(SpanField.ServiceName), ComparisonOperator.Equal, AttributeValue.Of($"service {random.Next(4)}")),
        1 => new Comparison(FieldReference.Of(SpanField.Name), ComparisonOperator.NotEqual, AttributeValue.Of($"op {random.Next(8)}")),
        2 => new Comparison(FieldReference.Of(SpanField.Duration), (ComparisonOperator)random.Next(6), AttributeValue.Of((long)random.Next(1000))),
        3 => new Comparison(FieldReference.Of(SpanField.IsRoot), ComparisonOperator.Equal, AttributeValue.Of(random.Next(2) == 0)),
        4 => new Comparison(FieldReference.Attribute("user.id"), ComparisonOperator.EqualText, AttributeValue.Of($"user {random.Next(500)}")),
        5 => new Comparison(FieldReference.Attribute("code"), random.Next(2) == 0 ? ComparisonOperator.EqualText : ComparisonOperator.NotEqual, AttributeValue.Of("2")),
        6 => new Comparison(FieldReference.Attribute("code", AttributeScope.Span), (ComparisonOperator)random.Next(7), AttributeValue.Of((long)random.Next(5))),
        7 => new Comparison(FieldReference.Attribute(random.Next(2) == 0 ? "only" : "service.name"), ComparisonOperator.Equal, AttributeValue.Of(random.Next(2) == 0 ? "here" : "service 1")),
        _ => new AnyOf([Predicate(random), Predicate(random)]),
    };

    private static async Task<List<TracePosition>> HitsAsync(ISpanSnapshot snapshot, Tenant tenant, TimeRange range, IReadOnlyList<SpanPredicate> predicates)
    {
        var hits = new List<TracePosition>();
        await foreach (var hit in snapshot.FindTracesAsync(new TraceSearch { Tenant = tenant, Range = range, Predicates = predicates }, CancellationToken.None))
        {
            hits.Add(hit.Position);
        }
        return hits;
    }
}
