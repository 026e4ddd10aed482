using Clew.Core.Model;
using Clew.Ingest.Intake;
using Clew.Ingest.Pipeline;
using Clew.Ingest.Tests.Assembly;

namespace Clew.Ingest.Tests.Pipeline;

/// <summary>Probes can be found while they are open, and leave no trace: not in the store, nor in what is counted, nor after a crash.</summary>
public sealed class ProbeTests
{
    [Fact]
    public async Task A_probe_is_found_by_its_own_tenant_and_by_nobody_else()
    {
        var world = await PipelineWorld.StartAsync();
        Assert.Equal(IntakeOutcome.Accepted, await world.SendAsync(TraceCloseTests.Spans(1, 1, 2), Tenant.Probe));
        Assert.Equal(2, (await world.ReadAsync(1, Tenant.Probe)).Count);
        Assert.Empty(await world.ReadAsync(1));
        Assert.Equal(0, await world.CountAsync());
    }

    [Fact]
    public async Task A_probe_is_dropped_when_it_closes_and_what_lies_beside_it_is_stored()
    {
        var world = await PipelineWorld.StartAsync();
        await world.SendAsync(TraceCloseTests.Spans(1, 1, 2), Tenant.Probe);
        await world.SendAsync(TraceCloseTests.Spans(2, 1, 3));
        await world.SendAsync(TraceCloseTests.Spans(3, 1, 2), Tenant.Probe);
        AssertCounts(world, received: 3, open: 3, openTraces: 1, stored: 0);
        await world.PassAsync(TimeSpan.FromMinutes(1));
        await world.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(await world.ReadAsync(1, Tenant.Probe));
        Assert.Empty(await world.ReadAsync(3, Tenant.Probe));
        Assert.Equal(3, (await world.ReadAsync(2)).Count);
        Assert.All(world.Store.Appended, append => Assert.Equal(Tenant.Default, append.Tenant));
        AssertCounts(world, received: 3, open: 0, openTraces: 0, stored: 3);
        // Nothing of it pins the journal, and its memory is free again.
        Assert.Empty(world.Journal.Needed);
        Assert.Equal(0, world.Head.Counts.OpenSpans + world.Head.Counts.ClosedSpans);
    }

    /// <summary>A search that meets it long after its trace has closed is slow, not too late.</summary>
    [Fact]
    public async Task A_closed_probe_is_found_until_nobody_looks_for_it_any_more_and_pins_nothing()
    {
        var world = await PipelineWorld.StartAsync(new PipelineOptions { QuietPeriod = TimeSpan.FromSeconds(2), ProbeHold = TimeSpan.FromSeconds(20) });
        await world.SendAsync(TraceCloseTests.Spans(1, 1, 2), Tenant.Probe);
        await world.SendAsync(TraceCloseTests.Spans(2, 1, 3));
        await world.PassAsync(TimeSpan.FromSeconds(2));
        await world.PassAsync(TimeSpan.FromSeconds(19));
        Assert.Equal(2, (await world.ReadAsync(1, Tenant.Probe)).Count);
        AssertCounts(world, received: 3, open: 0, openTraces: 0, stored: 3);
        Assert.Empty(world.Journal.Needed);
        await world.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Empty(await world.ReadAsync(1, Tenant.Probe));
        await world.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(0, world.Head.Counts.OpenSpans + world.Head.Counts.ClosedSpans);
    }

    [Fact]
    public async Task Of_many_closed_probes_the_newest_are_held()
    {
        var world = await PipelineWorld.StartAsync();
        for (ulong probe = 1; probe <= 100; probe++)
        {
            await world.SendAsync(TraceCloseTests.Spans(probe, 1, 2), Tenant.Probe);
            await world.PassAsync(TimeSpan.FromMilliseconds(100));
        }
        await world.PassAsync(world.Options.QuietPeriod);
        Assert.Equal(2 * HeldProbes.Most, world.Head.Counts.ClosedSpans);
        Assert.Equal(2, (await world.ReadAsync(100, Tenant.Probe)).Count);
        Assert.Empty(await world.ReadAsync(100 - HeldProbes.Most, Tenant.Probe));
        AssertCounts(world, received: 0, open: 0, openTraces: 0, stored: 0);
    }

    [Fact]
    public async Task A_probe_does_not_come_back_after_a_crash()
    {
        var world = await PipelineWorld.StartAsync();
        await world.SendAsync(TraceCloseTests.Spans(1, 1, 2), Tenant.Probe);
        await world.SendAsync(TraceCloseTests.Spans(2, 1, 3));
        await world.RestartAsync();
        Assert.Empty(await world.ReadAsync(1, Tenant.Probe));
        Assert.Equal(3, (await world.ReadAsync(2)).Count);
        Assert.Equal(3, world.Pipeline.GetStatistics().RecoveredSpans);
        AssertCounts(world, received: 0, open: 3, openTraces: 1, stored: 0);
    }

    private static void AssertCounts(PipelineWorld world, long received, long open, int openTraces, long stored)
    {
        var statistics = world.Pipeline.GetStatistics();
        Assert.Equal(
            (received, open, openTraces, 0L, stored),
            (statistics.ReceivedSpans, statistics.OpenSpans, statistics.OpenTraces, statistics.WaitingSpans, statistics.StoredSpans));
    }
}
