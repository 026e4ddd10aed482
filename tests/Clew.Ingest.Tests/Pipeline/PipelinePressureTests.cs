using Clew.Core.Columns;
using Clew.Ingest.Intake;
using Clew.Ingest.Pipeline;
using Clew.Ingest.Tests.Assembly;

namespace Clew.Ingest.Tests.Pipeline;

public class PipelinePressureTests
{
    private static readonly PipelineOptions Small = new() { HeadBytes = 1 << 18, HeadShards = 2, AdmissionWait = TimeSpan.Zero };

    [Fact]
    public async Task Short_of_memory_the_traces_that_were_quiet_longest_close_early_and_nobody_is_refused()
    {
        var world = await PipelineWorld.StartAsync(Small);
        for (ulong trace = 1; trace <= 2000; trace++)
        {
            Assert.Equal(IntakeOutcome.Accepted, await world.SendAsync(TraceCloseTests.Spans(trace, 1, 10)));
            Assert.True(world.Head.UsedBytes <= Small.HeadBytes);
            Assert.Equal(world.Head.Counts.UsedBytes, world.Head.UsedBytes);
            await world.PassAsync(TimeSpan.FromMilliseconds(1));
        }
        var statistics = world.Pipeline.GetStatistics();
        Assert.True(statistics.ClosedEarly > 1000, $"{statistics.ClosedEarly} closed early");
        Assert.True(statistics.HeadAllocatedBytes < 4 * Small.HeadBytes, $"{statistics.HeadAllocatedBytes} reserved");
        Assert.NotNull(await world.HeadFlagsAsync(2000));
        Assert.Null(await world.HeadFlagsAsync(1));
        Assert.Equal(20_000, await world.CountAsync());
        Assert.All(world.Store.Appended.SelectMany(a => a.Batch.Traces.Flags.Take(a.Batch.Traces.Count)), f => Assert.Equal(TraceFlags.ClosedEarly, f & ~TraceFlags.Derived));
    }

    [Fact]
    public async Task While_the_store_refuses_the_head_fills_then_senders_are_refused_and_it_recovers_by_itself()
    {
        var world = await PipelineWorld.StartAsync(Small);
        world.Store.Refuses = true;
        var accepted = new List<ulong>();
        for (ulong trace = 1; trace <= 1500; trace++)
        {
            if (await world.SendAsync(TraceCloseTests.Spans(trace, 1, 10)) == IntakeOutcome.Accepted)
            {
                accepted.Add(trace);
            }
            await world.PassAsync(TimeSpan.FromMilliseconds(20));
        }
        var statistics = world.Pipeline.GetStatistics();
        Assert.InRange(accepted.Count, 100, 1400);
        Assert.Equal(1500 - accepted.Count, statistics.RefusedPayloads);
        Assert.Equal(2, statistics.Problems.Count);
        Assert.Contains("disk full", statistics.Problems[0]);
        Assert.Contains("no room for more", statistics.Refusal);
        Assert.True(world.Head.UsedBytes <= Small.HeadBytes);
        Assert.Equal(accepted.Count, world.Journal.Needed.Count);

        world.Store.Refuses = false;
        await world.PassAsync(TimeSpan.FromSeconds(40));
        await world.PassAsync(TimeSpan.FromSeconds(40));
        Assert.Empty(world.Pipeline.GetStatistics().Problems);
        Assert.Null(world.Pipeline.GetStatistics().Refusal);
        Assert.Equal(IntakeOutcome.Accepted, await world.SendAsync(TraceCloseTests.Spans(9999, 1, 10)));
        Assert.Equal((accepted.Count + 1) * 10, await world.CountAsync());
    }

    [Fact]
    public async Task A_refused_append_is_tried_again_after_delays_that_double()
    {
        var world = await PipelineWorld.StartAsync(new PipelineOptions { FlushInterval = TimeSpan.FromMilliseconds(1) });
        int tries = 0;
        world.Store.OnAppend = () => tries++;
        world.Store.Refuses = true;
        await world.SendAsync(TraceCloseTests.Spans(1, 1, 3));
        await world.PassAsync(TimeSpan.FromSeconds(6));
        await world.PassAsync(TimeSpan.FromMilliseconds(10));
        Assert.Equal(1, tries);
        foreach (int seconds in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            int before = tries;
            await world.PassAsync(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(before, tries);
            await world.PassAsync(TimeSpan.FromMilliseconds(1));
            Assert.Equal(before + 1, tries);
        }
    }

    [Fact]
    public async Task A_sender_waits_for_room_before_it_is_refused()
    {
        var world = await PipelineWorld.StartAsync(Small with { AdmissionWait = TimeSpan.FromSeconds(2) });
        ulong trace = 0;
        Task<IntakeOutcome> last;
        do
        {
            last = world.SendAsync(TraceCloseTests.Spans(++trace, 1, 10));
        }
        while (last.IsCompleted);
        await world.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(IntakeOutcome.Accepted, await last);

        world.Store.Refuses = true;
        do
        {
            last = world.SendAsync(TraceCloseTests.Spans(++trace, 1, 10));
        }
        while (last.IsCompleted);
        await world.PassAsync(TimeSpan.FromSeconds(1));
        Assert.False(last.IsCompleted);
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(IntakeOutcome.Overloaded, await last);
    }

    [Fact]
    public async Task One_long_open_trace_does_not_pin_the_journal()
    {
        var world = await PipelineWorld.StartAsync(new PipelineOptions { QuietPeriod = TimeSpan.FromHours(1), MaxTraceAge = TimeSpan.FromHours(9) });
        world.Journal.Bound = 40;
        for (ulong i = 1; i <= 500; i++)
        {
            Assert.Equal(IntakeOutcome.Accepted, await world.SendAsync(TraceCloseTests.Spans(i % 5 == 0 ? 1 : i, 1000 * i, 2)));
            await world.PassAsync(TimeSpan.FromMilliseconds(250));
        }
        Assert.True(world.Pipeline.GetStatistics().ClosedEarly > 100);
        Assert.Equal(1000, await world.CountAsync());
    }

    [Fact]
    public async Task A_full_journal_means_try_again_and_a_failing_one_means_later()
    {
        var world = await PipelineWorld.StartAsync();
        world.Journal.Bound = 1;
        Assert.Equal(IntakeOutcome.Accepted, await world.SendAsync(TraceCloseTests.Spans(1, 1, 1)));
        Assert.Equal(IntakeOutcome.Overloaded, await world.SendAsync(TraceCloseTests.Spans(2, 1, 1)));
        world.Journal.Refuses = true;
        Assert.Equal(IntakeOutcome.Unavailable, await world.SendAsync(TraceCloseTests.Spans(2, 1, 1)));
        Assert.Equal(1, await world.CountAsync());
    }

    [Fact]
    public async Task A_replay_that_is_larger_than_the_head_closes_and_stores_as_it_goes()
    {
        var world = await PipelineWorld.StartAsync();
        for (ulong trace = 1; trace <= 3000; trace++)
        {
            await world.SendAsync(TraceCloseTests.Spans(trace, 1, 4));
        }
        var small = await PipelineWorld.StartAsync(Small);
        foreach (var record in world.Journal.Replay())
        {
            await small.Journal.AppendAsync(new IngestPayload(record.Tenant, record.Format, record.Payload), CancellationToken.None);
        }
        for (ulong trace = 1; trace <= 3000; trace++)
        {
            small.Corpus.Add(TraceCloseTests.Spans(trace, 1, 4));
        }
        await small.RestartAsync();
        Assert.True(small.Head.UsedBytes <= Small.HeadBytes);
        Assert.Equal(12_000, await small.CountAsync());
        Assert.Equal(3000, small.Journal.Needed.Count);
        await small.RestartAsync();
        Assert.Equal(12_000, await small.CountAsync());
    }

    [Fact]
    public async Task A_stop_stores_what_is_closed_and_leaves_the_rest_to_the_journal()
    {
        var world = await PipelineWorld.StartAsync();
        await world.SendAsync(TraceCloseTests.Spans(1, 1, 4));
        await world.PassAsync(TimeSpan.FromSeconds(6));
        await world.SendAsync(TraceCloseTests.Spans(2, 1, 3));
        await world.Pipeline.DisposeAsync();
        Assert.Equal(4, Assert.Single(world.Store.Appended).Batch.Spans.Count);
        Assert.Equal([2L], world.Journal.Needed);
        Assert.Equal(IntakeOutcome.Unavailable, await world.SendAsync(TraceCloseTests.Spans(3, 1, 3)));
        await world.RestartAsync();
        Assert.Equal(3, world.Pipeline.GetStatistics().OpenSpans);
        Assert.Equal(7, await world.CountAsync());
    }
}
