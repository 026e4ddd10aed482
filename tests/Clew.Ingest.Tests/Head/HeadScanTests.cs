using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Core.Series;
using Clew.Ingest.Head;
using Clew.Ingest.Journal;
using Clew.Ingest.Pipeline;
using Clew.Testing;

namespace Clew.Ingest.Tests.Head;

/// <summary>The head against the obvious: filter all spans of a list.</summary>
public class HeadScanTests
{
    private static readonly string[] Keys = ["http.request.method", "user.id", "flag", "service.name", "exception.type", "absent"];

    [Fact]
    public async Task Searches_and_sums_agree_with_a_walk_over_all_spans()
    {
        for (int seed = 1; seed <= 150; seed++)
        {
            var random = new Random(seed);
            var generator = new SpanGenerator(seed);
            var head = new SpanHead(new PipelineOptions { HeadShards = 1 << random.Next(4), FlushSpans = random.Next(1, 100) }, new ManualTimeProvider());
            var all = new SpanBatch();
            var copier = new SpanBatchCopier(all);
            for (int payload = random.Next(1, 5); payload > 0; payload--)
            {
                var batch = generator.Batch(random.Next(1, 60), traces: 15);
                head.Add(Tenant.Default, batch, new JournalPosition(1));
                copier.Begin(batch);
                for (int span = 0; span < batch.Count; span++)
                {
                    copier.Copy(span);
                }
            }
            head.Add(new Tenant("other"), generator.Batch(20), new JournalPosition(2));
            using var snapshot = head.Snapshot();
            for (int i = 0; i < 10; i++)
            {
                var range = random.Next(2) == 0 ? TimeRange.All : new TimeRange(generator.Now + (ulong)random.NextInt64(30_000_000_000), generator.Now + 45_000_000_000);
                var predicates = Enumerable.Range(0, random.Next(3)).Select(_ => Predicate(random)).ToList();
                var matcher = new SpanMatcher(all, predicates);
                var matching = Enumerable.Range(0, all.Count).Where(row => range.Contains(all.Spans.StartTimes[row]) && matcher.Matches(row)).ToList();

                var hits = await FindAsync(snapshot, new TraceSearch { Tenant = Tenant.Default, Range = range, Predicates = predicates });
                Assert.Equal(Positions(all, matching), hits);

                var request = new SpanAggregation
                {
                    Tenant = Tenant.Default,
                    Range = range,
                    Predicates = predicates,
                    GroupBy = [FieldReference.Attribute(Keys[random.Next(Keys.Length)]), FieldReference.Of(SpanField.Kind)],
                    BucketWidth = random.Next(2) == 0 ? 0 : 10_000_000_000UL,
                    Measures = [Measure.Count, new(AggregateFunction.Max, FieldReference.Of(SpanField.Duration)), new(AggregateFunction.Sum, FieldReference.Attribute("user.id")), Measure.Errors, Measure.Quantile(FieldReference.Of(SpanField.Duration), 0.9)],
                };
                var result = new AggregateResult(request, 10_000);
                await snapshot.AggregateAsync(result, CancellationToken.None);
                Assert.Equal(Slow(all, matching, request), Lines(result));
            }
        }
    }

    [Fact]
    public async Task Hits_come_newest_first_and_only_as_far_as_they_are_read()
    {
        var head = new SpanHead(new PipelineOptions(), new ManualTimeProvider());
        const int Payload = 500;
        for (ulong payload = 0; payload < 20; payload++)
        {
            var builder = new SpanBatchBuilder();
            for (ulong trace = 1; trace <= Payload; trace++)
            {
                builder.Span((payload * 1000) + trace, 1, start: (payload * 300) + (trace * 7919 % 503), end: 100_000);
            }
            head.Add(Tenant.Default, builder.Batch, new JournalPosition(1));
        }
        using var snapshot = head.Snapshot();
        var search = new TraceSearch { Tenant = Tenant.Default, Range = TimeRange.All };
        var hits = new List<TraceHit>();
        await foreach (var hit in snapshot.FindTracesAsync(search, CancellationToken.None))
        {
            hits.Add(hit);
            if (hits.Count == 20)
            {
                break;
            }
        }
        Assert.InRange(hits.Sum(hit => hit.SpansScanned), 20, 2 * (RowBlocks.MinRows + Payload));
        Assert.Equal(hits.Select(hit => hit.Position).Order(), hits.Select(hit => hit.Position));
        Assert.Equal((19 * 300) + 502ul, hits[0].Position.StartTime);
    }

    [Fact]
    public async Task A_search_can_be_cancelled_and_holds_no_lock_while_its_caller_thinks()
    {
        var head = new SpanHead(new PipelineOptions { HeadShards = 1 }, new ManualTimeProvider());
        head.Add(Tenant.Default, new SpanGenerator(1).Batch(50, traces: 20), new JournalPosition(1));
        using var snapshot = head.Snapshot();
        using var cancel = new CancellationTokenSource();
        int hits = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var hit in snapshot.FindTracesAsync(new TraceSearch { Tenant = Tenant.Default, Range = TimeRange.All }, cancel.Token))
            {
                hits++;
                // Another thread writes in the middle of the reading.
                await Task.Run(() => head.Add(Tenant.Default, new SpanGenerator(2).Batch(50, firstTrace: 100), new JournalPosition(2)));
                await cancel.CancelAsync();
            }
        });
        Assert.Equal(1, hits);
    }

    [Fact]
    public async Task A_key_that_comes_while_a_search_runs_is_found_by_the_next_one()
    {
        var head = new SpanHead(new PipelineOptions { HeadShards = 1 }, new ManualTimeProvider());
        var first = new SpanBatchBuilder();
        first.Span(1, 1, start: 9);
        first.Span(2, 1, start: 5);
        head.Add(Tenant.Default, first.Batch, new JournalPosition(1));
        using var snapshot = head.Snapshot();
        var wanted = new AnyOf([
            new Comparison(FieldReference.Attribute("late.key"), ComparisonOperator.Exists, AttributeValue.Empty),
            new Comparison(FieldReference.Of(SpanField.StartTime), ComparisonOperator.Equal, AttributeValue.Of(9))]);
        var search = new TraceSearch { Tenant = Tenant.Default, Range = TimeRange.All, Predicates = [wanted] };
        var found = new List<ulong>();
        await foreach (var hit in snapshot.FindTracesAsync(search, CancellationToken.None))
        {
            found.Add(hit.Position.TraceId.Low);
            var second = new SpanBatchBuilder();
            second.Span(2, 2, start: 6, attributes: ("late.key", 1));
            head.Add(Tenant.Default, second.Batch, new JournalPosition(2));
        }
        Assert.Equal(1ul, Assert.Single(found));
        Assert.Equal([1ul, 2ul], (await FindAsync(snapshot, search)).Select(position => position.TraceId.Low));
    }

    private static SpanPredicate Predicate(Random random) => random.Next(9) switch
    {
        0 => new Comparison(FieldReference.Of(SpanField.ServiceName), ComparisonOperator.Equal, AttributeValue.Of("pricing")),
        1 => new Comparison(FieldReference.Of(SpanField.Duration), ComparisonOperator.GreaterOrEqual, AttributeValue.Of(2_000_000_000L)),
        2 => new Comparison(FieldReference.Attribute(Keys[random.Next(Keys.Length)]), ComparisonOperator.EqualText, AttributeValue.Of(random.Next(2) == 0 ? "GET" : "true")),
        3 => new Comparison(FieldReference.Attribute(Keys[random.Next(Keys.Length)], AttributeScope.Event), ComparisonOperator.Exists, AttributeValue.Empty),
        4 => new Comparison(FieldReference.Of(SpanField.IsRoot), ComparisonOperator.Equal, AttributeValue.Of(true)),
        6 => new Comparison(FieldReference.Attribute(Keys[random.Next(Keys.Length)]), random.Next(2) == 0 ? ComparisonOperator.Equal : ComparisonOperator.EqualText, AttributeValue.Of(random.Next(2) == 0 ? "nowhere" : "7")),
        7 => new Comparison(FieldReference.Of(SpanField.Name), random.Next(2) == 0 ? ComparisonOperator.Equal : ComparisonOperator.EqualText, AttributeValue.Of(random.Next(3) switch { 0 => "", 1 => "publish", _ => "nothing" })),
        5 => new Comparison(FieldReference.Of(SpanField.StatusCode), ComparisonOperator.NotEqual, AttributeValue.Of(2L)),
        _ => new AnyOf([Predicate(random), Predicate(random)]),
    };

    private static async Task<List<TracePosition>> FindAsync(ISpanSnapshot snapshot, TraceSearch search)
    {
        var hits = new List<TracePosition>();
        await foreach (var hit in snapshot.FindTracesAsync(search, CancellationToken.None))
        {
            hits.Add(hit.Position);
        }
        return hits;
    }

    private static IEnumerable<TracePosition> Positions(SpanBatch all, List<int> matching) => matching
        .Select(row => all.Spans.TraceIds[row]).Distinct()
        .Select(id => new TracePosition(Enumerable.Range(0, all.Count).Where(row => all.Spans.TraceIds[row] == id).Min(row => all.Spans.StartTimes[row]), id))
        .Order();

    private static List<string> Lines(AggregateResult result) =>
        [.. result.Groups.Select(g => Line(g.Key.Bucket, g.Key.Values, g.Value.ToArray())).Order(StringComparer.Ordinal)];

    private static List<string> Slow(SpanBatch all, List<int> matching, SpanAggregation request)
    {
        var lines = new List<string>();
        string key = request.GroupBy[0].Key;
        foreach (var group in matching.GroupBy(row => (
            Bucket: request.BucketWidth == 0 ? 0 : all.Spans.StartTimes[row] / request.BucketWidth * request.BucketWidth,
            First: First(all, row, key), Kind: all.Spans.Kinds[row])))
        {
            double sum = 0;
            var sketch = new LatencySketch();
            foreach (int row in group)
            {
                sketch.Add(Math.Min(all.Spans.Duration(row), long.MaxValue));
                var value = First(all, row, "user.id");
                sum += value.Type == AttributeType.Int ? value.Bits : value.Type == AttributeType.Double ? value.Double : 0;
            }
            double[] figures = [group.Count(), group.Max(row => (double)Math.Min(all.Spans.Duration(row), long.MaxValue)), sum, group.Count(row => all.Spans.StatusCodes[row] == StatusCode.Error), sketch.Quantile(0.9)];
            lines.Add(Line(group.Key.Bucket, [group.Key.First, AttributeValue.Of((long)group.Key.Kind)], figures));
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static AttributeValue First(SpanBatch all, int row, string key)
    {
        RowRange[] owners =
        [
            all.Spans.Attributes[row],
            all.Resources.Attributes[all.Spans.Resources[row]],
            all.Scopes.Attributes[all.Spans.Scopes[row]],
            .. Enumerable.Range(all.Spans.Events[row].Start, all.Spans.Events[row].Count).Select(e => all.Events.Attributes[e]),
            .. Enumerable.Range(all.Spans.Links[row].Start, all.Spans.Links[row].Count).Select(l => all.Links.Attributes[l]),
        ];
        return owners.SelectMany(o => Enumerable.Range(o.Start, o.Count)).Where(i => all.Text(all.Attributes.Keys[i]) == key)
            .Select(all.Value).FirstOrDefault();
    }

    // A sum depends on the order in its last digits, and the head has an order of its own.
    private static string Line(ulong bucket, IReadOnlyList<AttributeValue> values, double[] figures) =>
        $"{bucket} {string.Join(',', values.Select(v => $"{v.Type}:{v.Bits}:{Convert.ToHexString(v.Bytes)}"))} {string.Join(',', figures.Select(f => f.ToString("G9", System.Globalization.CultureInfo.InvariantCulture)))}";
}
