using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Pipeline;
using Clew.Ingest.Tests.Pipeline;
using Clew.Testing;

namespace Clew.Ingest.Tests.Assembly;

public class TraceCloseTests
{
    private static readonly PipelineOptions Options = new() { FlushInterval = TimeSpan.FromMilliseconds(1) };

    [Fact]
    public async Task A_trace_with_its_root_closes_when_it_has_been_quiet()
    {
        var world = await PipelineWorld.StartAsync(Options);
        await world.SendAsync(Spans(trace: 1, first: 1, count: 3));
        await world.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(TraceFlags.Open, await world.HeadFlagsAsync(1));
        await world.SendAsync(Spans(trace: 1, first: 10, count: 1, parent: 1));
        await world.PassAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(4, world.Pipeline.GetStatistics().OpenSpans);
        await world.PassAsync(TimeSpan.FromSeconds(1));
        await world.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(0, world.Pipeline.GetStatistics().OpenSpans);
        Assert.Equal([TraceFlags.None], StoredFlags(world));
        Assert.Null(await world.HeadFlagsAsync(1));
    }

    [Fact]
    public async Task A_trace_without_a_root_waits_for_it_longer_and_is_flagged()
    {
        var world = await PipelineWorld.StartAsync(Options);
        await world.SendAsync(Spans(trace: 1, first: 2, count: 2, parent: 1));
        await world.PassAsync(TimeSpan.FromSeconds(29));
        Assert.Equal(TraceFlags.Open | TraceFlags.WithoutRoot, await world.HeadFlagsAsync(1));
        await world.PassAsync(TimeSpan.FromSeconds(1));
        await world.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal([TraceFlags.WithoutRoot], StoredFlags(world));
        var closed = world.Pipeline.GetStatistics().Closed;
        Assert.Equal((1, 1, 1, 0), (closed.Traces, closed.WithoutRoot, closed.MissingParents, closed.SeveralRoots));
    }

    [Fact]
    public async Task A_trace_that_never_rests_closes_at_its_age()
    {
        var world = await PipelineWorld.StartAsync(Options with { MaxTraceAge = TimeSpan.FromSeconds(20) });
        for (ulong i = 0; i < 12; i++)
        {
            await world.SendAsync(Spans(trace: 1, first: 1 + (10 * i), count: 1, parent: i == 0 ? 0 : 1UL));
            await world.PassAsync(TimeSpan.FromSeconds(2));
        }
        await world.PassAsync(TimeSpan.FromSeconds(10));
        await world.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal([TraceFlags.ClosedAtBound, TraceFlags.Late | TraceFlags.WithoutRoot], StoredFlags(world));
        Assert.Equal(1, world.Pipeline.GetStatistics().ClosedAtBound);
    }

    [Fact]
    public async Task A_trace_of_very_many_spans_closes_at_its_size_and_goes_on_as_a_late_part()
    {
        var world = await PipelineWorld.StartAsync(Options with { MaxTraceSpans = 1000 });
        await world.SendAsync(Spans(trace: 1, first: 1, count: 2500));
        Assert.Equal(2500, (await world.ReadAsync(1)).Count);
        await world.PassAsync(TimeSpan.FromSeconds(10));
        await world.PassAsync(TimeSpan.FromSeconds(1));
        TraceFlags[] expected =
            [TraceFlags.ClosedAtBound, TraceFlags.ClosedAtBound | TraceFlags.Late | TraceFlags.WithoutRoot, TraceFlags.Late | TraceFlags.WithoutRoot];
        Assert.Equal(expected.Order(), StoredFlags(world).Order()); // parts of one batch come in the order of their starts
        Assert.Equal(2500, (await world.ReadAsync(1)).Distinct().Count());
    }

    [Fact]
    public async Task Spans_after_the_close_form_a_late_part_and_copies_of_stored_ones_are_left_out()
    {
        var world = await PipelineWorld.StartAsync(Options);
        await world.SendAsync(Spans(trace: 1, first: 1, count: 3));
        await world.PassAsync(TimeSpan.FromSeconds(6));
        await world.PassAsync(TimeSpan.FromSeconds(1));
        await world.SendAsync(Spans(trace: 1, first: 1, count: 5));
        Assert.Equal(1, world.Pipeline.GetStatistics().LateParts);
        await world.PassAsync(TimeSpan.FromSeconds(6));
        await world.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal([TraceFlags.None, TraceFlags.Late | TraceFlags.WithoutRoot], StoredFlags(world));
        Assert.Equal([3, 2], world.Store.Appended.Select(a => a.Batch.Spans.Count));
        Assert.Equal(5, await world.CountAsync());
    }

    [Fact]
    public async Task Closed_traces_wait_for_company_and_can_be_read_meanwhile()
    {
        var world = await PipelineWorld.StartAsync(new PipelineOptions { HeadShards = 1, FlushInterval = TimeSpan.FromSeconds(10), FlushSpans = 10 });
        await world.SendAsync(Spans(trace: 1, first: 1, count: 4));
        await world.PassAsync(TimeSpan.FromSeconds(6));
        Assert.Equal((0L, 4L), (world.Pipeline.GetStatistics().OpenSpans, world.Pipeline.GetStatistics().WaitingSpans));
        Assert.Equal((0, 4), (world.Store.Appends, (await world.ReadAsync(1)).Count));
        await world.SendAsync(Spans(trace: 2, first: 1, count: 6));
        await world.PassAsync(TimeSpan.FromSeconds(6));
        Assert.Equal(1, world.Store.Appends);
        await world.SendAsync(Spans(trace: 3, first: 1, count: 1));
        await world.PassAsync(TimeSpan.FromSeconds(6));
        Assert.Equal(1, world.Store.Appends);
        await world.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(2, world.Store.Appends);
        Assert.Empty(world.Journal.Needed);
    }

    [Fact]
    public async Task Tenants_that_share_a_trace_id_share_nothing_else()
    {
        var world = await PipelineWorld.StartAsync(Options);
        var other = new Tenant("other");
        await world.SendAsync(Spans(trace: 1, first: 1, count: 3));
        await world.SendAsync(Spans(trace: 1, first: 1, count: 2), other);
        Assert.Equal((3, 2), ((await world.ReadAsync(1)).Count, (await world.ReadAsync(1, other)).Count));
        await world.PassAsync(TimeSpan.FromSeconds(6));
        await world.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal([(Tenant.Default, 3), (other, 2)], world.Store.Appended.Select(a => (a.Tenant, a.Batch.Spans.Count)).OrderBy(a => a.Tenant.Name));
        Assert.Equal((3, 2), ((await world.ReadAsync(1)).Count, (await world.ReadAsync(1, other)).Count));
    }

    internal static SpanBatch Spans(ulong trace, ulong first, int count, ulong parent = 0)
    {
        var builder = new SpanBatchBuilder();
        for (int i = 0; i < count; i++)
        {
            ulong id = first + (ulong)i;
            builder.Span(trace, id, i == 0 ? parent : first, name: $"op {id % 7}", start: 1000 + id, end: 2000 + id);
        }
        return builder.Batch;
    }

    /// <summary>How the stored traces came, and whether their root did; not what else is odd about them.</summary>
    private static List<TraceFlags> StoredFlags(PipelineWorld world) =>
        [.. world.Store.Appended.SelectMany(a => a.Batch.Traces.Flags.Take(a.Batch.Traces.Count))
            .Select(flags => flags & ~(TraceFlags.Derived & ~TraceFlags.WithoutRoot))];
}
