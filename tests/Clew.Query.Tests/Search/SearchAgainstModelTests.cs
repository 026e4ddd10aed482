using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Query.Search;
using Clew.Query.Tests.Support;

namespace Clew.Query.Tests.Search;

public sealed class SearchAgainstModelTests
{
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public async Task Pages_of_split_and_doubled_traces_equal_one_list_of_all_spans(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 60; round++)
        {
            var sources = RandomSources.Make(random);
            var predicates = Predicates(random);
            var range = Range(random, sources);
            using var engine = Queries.Engine(sources);
            var expected = SlowModel.Search(sources, range, predicates);

            int limit = random.Next(1, 8);
            var query = new TraceQuery { Range = range, Predicates = predicates, Limit = limit };
            Assert.Equal(expected, await engine.AllPages(query));
            Assert.Equal(expected, await engine.AllPages(query with { Limit = 1000 }));

            var counted = await engine.Page(query with { Total = TotalMode.Exact });
            Assert.Equal(new TraceTotal(expected.Count, true), counted.Total);
            Assert.Equal(expected.Take(limit), counted.Traces);
            if (counted.Next is { } next)
            {
                var second = await engine.Page(query with { Total = TotalMode.Exact, After = next });
                Assert.Equal(new TraceTotal(expected.Count, true), second.Total);
                Assert.Equal(expected.Skip(limit).Take(limit), second.Traces);
            }
            Assert.All(sources, s => Assert.Equal(0, s.Open));
        }
    }

    private static List<SpanPredicate> Predicates(Random random)
    {
        SpanPredicate[] all =
        [
            Queries.Service("pricing"), Queries.MinDuration(3), Queries.Attribute("flag", "true"), Queries.Attribute("exception.type", "Timeout"),
            Queries.Attribute("link.kind", "batch", AttributeScope.Link),
            new AnyOf([Queries.Service("order"), Queries.Attribute("user.id", "42")]),
            new Comparison(FieldReference.Of(SpanField.IsRoot), ComparisonOperator.Equal, AttributeValue.Of(true)),
            new Comparison(FieldReference.Of(SpanField.StatusCode), ComparisonOperator.Equal, AttributeValue.Of(2L)),
        ];
        return [.. Enumerable.Range(0, random.Next(3)).Select(_ => RandomSources.Pick(random, all))];
    }

    private static TimeRange Range(Random random, MemorySpanSource[] sources)
    {
        if (random.Next(2) == 0)
        {
            return TimeRange.All;
        }
        var starts = sources.SelectMany(s => s.Parts).SelectMany(p => p.Rows.Select(r => p.Batch.Spans.StartTimes[r])).Order().ToArray();
        ulong a = RandomSources.Pick(random, starts);
        ulong b = RandomSources.Pick(random, starts);
        return new TimeRange(Math.Min(a, b), Math.Max(a, b) + (ulong)random.Next(2));
    }
}
