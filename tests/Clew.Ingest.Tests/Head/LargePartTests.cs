using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Head;
using Clew.Ingest.Journal;
using Clew.Ingest.Pipeline;
using Clew.Testing;

namespace Clew.Ingest.Tests.Head;

public class LargePartTests
{
    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(5000)]
    public void Copies_are_found_in_parts_of_any_size_and_contradictions_are_kept(int spans)
    {
        var head = new SpanHead(new PipelineOptions { HeadShards = 1 }, new ManualTimeProvider());
        Assert.Equal(spans, Add(head, Trace(1, spans, "op")));
        Assert.Equal(0, Add(head, Trace(1, spans, "op")));
        Assert.Equal(spans, Add(head, Trace(1, spans, "other")));
        Assert.Equal(0, Add(head, Trace(1, spans, "op")));
        Assert.Equal(0, Add(head, Trace(1, spans, "other")));
        Assert.Equal(spans, Add(head, Trace(2, spans, "op")));
        Assert.Equal(3 * spans, head.Counts.OpenSpans);
    }

    [Fact]
    public async Task Copies_are_found_after_dead_rows_were_reclaimed()
    {
        var world = new Pipeline.PipelineWorld(new PipelineOptions { HeadShards = 1, FlushInterval = TimeSpan.FromMilliseconds(1) });
        await world.RestartAsync();
        await world.SendAsync(Trace(1, 3000, "op"));
        await world.PassAsync(TimeSpan.FromSeconds(4));
        await world.SendAsync(Trace(2, 500, "op"));
        long before = world.Head.UsedBytes;
        await world.PassAsync(TimeSpan.FromSeconds(3));
        await world.PassAsync(TimeSpan.FromSeconds(1));
        Assert.True(world.Head.UsedBytes < before / 2, "nothing was reclaimed");

        Assert.Equal(0, Add(world.Head, Trace(2, 500, "op")));
        Assert.Equal(500, Add(world.Head, Trace(2, 500, "other")));
    }

    [Fact]
    public void A_span_sent_with_ever_new_contents_costs_a_bounded_number_of_comparisons()
    {
        var head = new SpanHead(new PipelineOptions { HeadShards = 1 }, new ManualTimeProvider());
        var builder = new SpanBatchBuilder();
        for (int i = 0; i < 20_000; i++)
        {
            builder.Span(1, 1, name: $"op {i}");
        }
        Assert.Equal(20_000, Add(head, builder.Batch));
    }

    private static int Add(SpanHead head, SpanBatch batch) => head.Add(Tenant.Default, batch, new JournalPosition(1));

    private static SpanBatch Trace(ulong trace, int spans, string name)
    {
        var builder = new SpanBatchBuilder();
        for (int i = 1; i <= spans; i++)
        {
            builder.Span(trace, (ulong)i * 0x9E3779B9, parent: i == 1 ? 0 : 0x9E3779B9ul, name: name);
        }
        return builder.Batch;
    }
}
