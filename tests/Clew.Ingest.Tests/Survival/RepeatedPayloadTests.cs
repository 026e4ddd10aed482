using Clew.Testing;

namespace Clew.Ingest.Tests.Survival;

/// <summary>A sender repeats what was stored long ago, or by an earlier life of the server: as a retry whose answer got lost.</summary>
public sealed class RepeatedPayloadTests
{
    private readonly ManualTimeProvider clock = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_an_earlier_life_stored_is_stored_and_counted_once(bool restart)
    {
        // Two traces are remembered here, so without a restart the others are forgotten as well.
        await using var world = await DiskWorld.StartAsync(clock: clock, rememberedTraces: 2);
        ulong sent = world.Now;
        await SendAsync(world, sent);
        await world.DrainAsync();
        if (restart)
        {
            await world.RestartAsync();
        }
        await world.PassAsync(TimeSpan.FromMinutes(1));
        await SendAsync(world, sent);
        await world.DrainAsync();
        Assert.Equal(40, world.Store.GetStatistics().Spans);
        Assert.Equal(40UL, await world.SeriesCountAsync());
        for (ulong trace = 1; trace <= 20; trace++)
        {
            Assert.Equal(2, (await world.ReadAsync(trace)).Count);
        }
    }

    [Fact]
    public async Task New_spans_of_an_old_trace_are_added_to_it()
    {
        await using var world = await DiskWorld.StartAsync(clock: clock);
        ulong sent = world.Now;
        await SendAsync(world, sent);
        await world.DrainAsync();
        await world.RestartAsync();
        await world.PassAsync(TimeSpan.FromMinutes(1));
        await world.SendAsync(spans =>
        {
            spans.Span(3, 2, parent: 1, start: sent + 1, end: sent + 5);
            spans.Span(3, 9, parent: 1, start: sent + 2, end: sent + 4);
        });
        await world.DrainAsync();
        Assert.Equal(41, world.Store.GetStatistics().Spans);
        Assert.Equal(3, (await world.ReadAsync(3)).Count);
    }

    private static async Task SendAsync(DiskWorld world, ulong start)
    {
        for (ulong trace = 1; trace <= 20; trace++)
        {
            await world.SendAsync(spans =>
            {
                spans.Span(trace, 1, start: start, end: start + 9);
                spans.Span(trace, 2, parent: 1, start: start + 1, end: start + 5);
            });
            await world.PassAsync(TimeSpan.FromSeconds(1));
        }
    }
}
