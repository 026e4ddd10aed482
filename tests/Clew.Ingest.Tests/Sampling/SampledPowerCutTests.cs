using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Sampling;
using Clew.Ingest.Sampling.Policies;
using Clew.Ingest.Tests.Survival;
using Clew.Testing;
using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Sampling;

/// <summary>The power goes off at every write, sync and rename of a hand-over that drops traces: what was acknowledged is counted once.</summary>
public sealed class SampledPowerCutTests
{
    private const ulong Traces = 12;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EveryCutOfAHandOver(bool keepsUnsynced)
    {
        int cut = 0;
        for (bool wasCut = true; wasCut; cut++)
        {
            var files = new FaultyFileLayer(cut);
            var world = await DiskWorld.StartAsync(files, sampling: new SamplingConfig
            {
                Policy = new OrPolicy([StatusPolicy.Errors, new RateLimitPolicy(0.3, SamplingPolicy.KeepAll)]),
            });
            // A first hand-over, so that there is a log already; then the one that is cut.
            await world.SendAsync(Spans(world, 1));
            await world.DrainAsync();
            await world.SendAsync(Spans(world, 2));
            files.CutAt = files.Operations + cut;
            try
            {
                await world.DrainAsync();
            }
            catch (Exception exception) when (exception is PowerCutException or Xunit.Sdk.XunitException or IOException)
            {
                // The disk is gone.
            }
            wasCut = files.IsOff;
            await world.RestartAsync(files.AfterPowerCut(cut, keepsUnsynced ? null : false));
            await world.DrainAsync();
            Assert.Equal(2 * 2 * Traces, await world.SeriesCountAsync());
            Assert.Empty(world.Problems);
            // Both halves of a trace are there, or none.
            for (ulong trace = 1; trace <= Traces; trace++)
            {
                Assert.Contains((await world.ReadAsync(trace)).Count, new[] { 0, 4 });
            }
            await world.DisposeAsync();
        }
        Assert.True(cut > 10, $"{cut} operations");
    }

    /// <summary>Two spans of each trace; those of the second payload come late.</summary>
    private static SpanBatch Spans(DiskWorld world, ulong payload)
    {
        var builder = new SpanBatchBuilder();
        for (ulong trace = 1; trace <= Traces; trace++)
        {
            for (ulong span = 0; span < 2; span++)
            {
                int row = builder.Span(
                    trace, (payload * 1000) + (trace * 2) + span, start: world.Now - 100, end: world.Now,
                    status: trace == 5 ? StatusCode.Error : StatusCode.Unset);
                builder.Batch.Spans.TraceStates[row] = builder.Id($"ot=rv:{(trace * 0x9E3779B97F4A7C15UL) >> 8:x14}");
            }
        }
        return builder.Batch;
    }
}
