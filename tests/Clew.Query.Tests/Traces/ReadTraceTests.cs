using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Query.Tests.Support;
using Clew.Testing;

namespace Clew.Query.Tests.Traces;

public sealed class ReadTraceTests
{
    [Theory]
    [InlineData(11), InlineData(12), InlineData(13)]
    public async Task A_trace_is_the_union_of_its_parts_with_every_span_once(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 40; round++)
        {
            var sources = RandomSources.Make(random);
            using var engine = Queries.Engine(sources);
            foreach (var trace in sources.SelectMany(s => s.Parts).GroupBy(p => p.TraceId))
            {
                var expected = trace.SelectMany(p => p.Rows.Select(r => SpanText.Line(p.Batch, r))).Distinct().Order(StringComparer.Ordinal);
                var read = await engine.ReadTraceAsync(Queries.Scope, trace.Key, CancellationToken.None);
                Assert.NotNull(read);
                Assert.Equal(expected, SpanText.Sorted(read.Spans));
                Assert.Equal(trace.Aggregate(TraceFlags.None, (f, p) => f | p.Flags), read.Flags);
                Assert.Equal(trace.Min(p => p.Position.StartTime), read.Position.StartTime);
            }
            Assert.Null(await engine.ReadTraceAsync(Queries.Scope, new TraceId(99, 99), CancellationToken.None));
        }
    }

    [Fact]
    public async Task Conflicting_spans_of_one_id_are_both_kept()
    {
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, name: "a", start: 5);
        builder.Span(1, 1, name: "b", start: 5);
        builder.Span(1, 1, name: "a", start: 5);
        var source = new MemorySpanSource();
        source.AddAll(builder.Batch);
        using var engine = Queries.Engine([source]);
        var read = await engine.ReadTraceAsync(Queries.Scope, new TraceId(0, 1), CancellationToken.None);
        Assert.Equal(["a", "b"], Enumerable.Range(0, read!.Spans.Count).Select(i => read.Spans.Text(read.Spans.Spans.Names[i])).Order());
    }

    [Fact]
    public async Task A_trace_is_complete_when_it_is_closed_and_has_its_root()
    {
        async Task<bool> Complete(TraceFlags flags, ulong parent)
        {
            var builder = new SpanBatchBuilder();
            builder.Span(1, 1, parent: parent);
            var source = new MemorySpanSource();
            source.AddAll(builder.Batch, flags);
            using var engine = Queries.Engine([source]);
            return (await engine.ReadTraceAsync(Queries.Scope, new TraceId(0, 1), CancellationToken.None))!.IsComplete;
        }
        Assert.True(await Complete(TraceFlags.None, 0));
        Assert.False(await Complete(TraceFlags.Open, 0));
        Assert.False(await Complete(TraceFlags.WithoutRoot, 7));
    }
}
