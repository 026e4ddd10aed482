using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Head;
using Clew.Testing;

namespace Clew.Ingest.Tests.Head;

public class PackedSpansTests
{
    [Fact]
    public void A_span_comes_out_as_it_went_in_also_from_the_arena_it_was_moved_to()
    {
        var chunks = new ChunkPool();
        var arena = new Arena(chunks);
        var other = new Arena(chunks);
        for (int seed = 0; seed < 100; seed++)
        {
            arena.Clear();
            other.Clear();
            var batch = Extreme(seed);
            arena.Begin(batch, 1, whole: seed % 2 == 0);
            int[] rows = [.. Enumerable.Range(0, batch.Count).Select(span => arena.Add(batch, span))];
            other.Begin(arena.Batch, 2, whole: false);
            for (int span = 0; span < batch.Count; span++)
            {
                var traceId = batch.Spans.TraceIds[span];
                int shown = arena.Show(rows[span], traceId);
                Assert.Equal(SpanText.Line(batch, span), SpanText.Line(arena.Batch, shown));
                Assert.Equal(batch.Spans.StartTimes[span], arena.Spans.StartTime(rows[span]));
                Assert.Equal(!batch.Spans.ParentSpanIds[span].IsEmpty, arena.Spans.HasParent(rows[span]));
                int moved = other.Add(arena.Batch, shown);
                arena.Hide();
                Assert.Equal(SpanText.Line(batch, span), SpanText.Line(other.Batch, other.Show(moved, traceId)));
                other.Hide();
            }
            Assert.Equal(0, arena.Batch.Count);
        }
    }

    [Fact]
    public void What_was_shown_is_gone_when_it_is_hidden()
    {
        var batch = new SpanGenerator(7).Batch(200);
        var arena = new Arena(new ChunkPool());
        arena.Begin(batch, 1, whole: true);
        int[] rows = [.. Enumerable.Range(0, batch.Count).Select(span => arena.Add(batch, span))];
        long used = arena.UsedBytes;
        foreach (int row in rows)
        {
            arena.Show(row, default);
            arena.Hide();
        }
        Assert.Equal(used, arena.UsedBytes);
    }

    [Fact]
    public void An_ordinary_span_takes_less_than_a_hundred_bytes()
    {
        var builder = new SpanBatchBuilder();
        for (ulong i = 0; i < 1000; i++)
        {
            builder.Span(
                i / 10, (i * 7919) + 1, i % 10 == 0 ? 0 : i, name: "GET /", start: 1_767_225_600_000_000_000 + (i * 1_000_000),
                end: 1_767_225_600_100_000_000 + (i * 1_000_000), kind: SpanKind.Server,
                attributes: [("http.request.method", "GET"), ("http.route", "/"), ("http.response.status_code", 200), ("user.id", $"user-{i / 10}"), ("order.value", 17.5)]);
        }
        var arena = new Arena(new ChunkPool());
        arena.Begin(builder.Batch, 1, whole: false);
        for (int span = 0; span < builder.Batch.Count; span++)
        {
            arena.Add(builder.Batch, span);
        }
        Assert.InRange(arena.UsedBytes / 1000, 40, 99);
    }

    private static SpanBatch Extreme(int seed)
    {
        var random = new Random(seed);
        var batch = new SpanGenerator(seed).Batch(random.Next(1, 60));
        for (int span = 0; span < batch.Count; span++)
        {
            if (random.Next(5) == 0)
            {
                batch.Spans.StartTimes[span] = random.Next(2) == 0 ? ulong.MaxValue : 0;
                batch.Spans.EndTimes[span] = random.Next(2) == 0 ? ulong.MaxValue : (ulong)random.NextInt64();
                batch.Spans.Flags[span] = uint.MaxValue;
                batch.Spans.DroppedAttributesCounts[span] = uint.MaxValue;
                batch.Spans.SpanIds[span] = new SpanId(ulong.MaxValue - (ulong)span);
            }
        }
        for (int attribute = 0; attribute < batch.Attributes.Count; attribute++)
        {
            if (batch.Attributes.Types[attribute] == AttributeType.Int && random.Next(2) == 0)
            {
                batch.Attributes.Values[attribute] = random.Next(2) == 0 ? long.MinValue : long.MaxValue;
            }
        }
        return batch;
    }
}
