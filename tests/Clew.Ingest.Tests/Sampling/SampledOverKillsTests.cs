using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Sampling;
using Clew.Ingest.Sampling.Policies;
using Clew.Ingest.Tests.Survival;
using Clew.Testing;

namespace Clew.Ingest.Tests.Sampling;

/// <summary>Everything on one disk, sampling on, killed again and again: every span is counted once, kept or dropped with its trace.</summary>
public sealed class SampledOverKillsTests
{
    private static readonly SamplingConfig Half = new()
    {
        Policy = new OrPolicy([StatusPolicy.Errors, new RateLimitPolicy(0.5, SamplingPolicy.KeepAll), new ProbabilityPolicy(0.3)]),
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task EverySpanIsCountedOnceAndLateOnesFollow(int seed)
    {
        var random = new Random(seed);
        await using var world = await DiskWorld.StartAsync(sampling: Half);
        var sent = new Dictionary<TraceId, int>();
        var payloads = new List<SpanBatch>();
        ulong count = 0;
        for (int step = 0; step < 60; step++)
        {
            switch (random.Next(7))
            {
                case 0:
                    await world.RestartAsync();
                    break;
                case 1 when payloads.Count > 0:
                    await world.SendAsync(payloads[random.Next(payloads.Count)]); // the sender did not hear the answer
                    break;
                case < 4:
                    await world.PassAsync(TimeSpan.FromSeconds(random.Next(1, 40)));
                    break;
                default:
                    var spans = Spans(random, world.Now, count, sent);
                    count += (ulong)spans.Count;
                    payloads.Add(spans);
                    await world.SendAsync(spans);
                    break;
            }
        }
        await world.DrainAsync();
        Assert.Equal(count, await world.SeriesCountAsync());
        var stored = await StoredAsync(world);
        // As a whole or not at all, whatever the kills met.
        Assert.All(stored, trace => Assert.Equal(sent[trace.Key], trace.Value));
        Assert.InRange(stored.Count, 1, sent.Count - 1);
        await world.RestartAsync();
        await world.DrainAsync();
        Assert.Equal(count, await world.SeriesCountAsync());
        Assert.Equal(stored, await StoredAsync(world));
        Assert.Empty(world.Problems);
    }

    [Fact]
    public async Task ABatchThatIsDroppedAsAWholeCounts()
    {
        await using var world = await DiskWorld.StartAsync(sampling: new SamplingConfig { Policy = StatusPolicy.Errors });
        await world.SendAsync(spans => spans.Span(1, 1, start: world.Now - 10, end: world.Now));
        await world.DrainAsync();
        Assert.Equal(1UL, await world.SeriesCountAsync());
        Assert.Equal(0, await world.CountAsync());
        await world.RestartAsync();
        await world.DrainAsync();
        Assert.Equal(1UL, await world.SeriesCountAsync());
        Assert.Equal(0, await world.CountAsync());
    }

    [Fact]
    public async Task ADroppedSpanThatComesAgainIsNotCountedAgain()
    {
        await using var world = await DiskWorld.StartAsync(sampling: new SamplingConfig { Policy = StatusPolicy.Errors });
        var builder = new SpanBatchBuilder();
        builder.Span(1, 1, start: world.Now - 10, end: world.Now);
        for (int i = 0; i < 3; i++)
        {
            await world.SendAsync(builder.Batch);
            await world.DrainAsync();
            await world.RestartAsync();
        }
        Assert.Equal(1UL, await world.SeriesCountAsync());
    }

    [Fact]
    public async Task ALateErrorDoesNotBringADroppedTraceBack()
    {
        await using var world = await DiskWorld.StartAsync(sampling: new SamplingConfig { Policy = StatusPolicy.Errors });
        await world.SendAsync(spans => spans.Span(1, 1, start: world.Now - 10, end: world.Now));
        await world.SendAsync(spans => spans.Span(2, 2, start: world.Now - 10, end: world.Now, status: StatusCode.Error));
        await world.DrainAsync();
        await world.RestartAsync();
        await world.SendAsync(spans => spans.Span(1, 3, 1, start: world.Now - 10, end: world.Now, status: StatusCode.Error));
        await world.SendAsync(spans => spans.Span(2, 4, 2, start: world.Now - 10, end: world.Now));
        await world.DrainAsync();
        Assert.Empty(await world.ReadAsync(1));
        Assert.Equal(2, (await world.ReadAsync(2)).Count);
        Assert.Equal(2, world.Sampler.GetStatistics().FollowedTraces);
    }

    [Fact]
    public async Task WhileEverythingIsKeptNothingIsWritten()
    {
        await using var world = await DiskWorld.StartAsync();
        await world.SendAsync(spans => spans.Span(1, 1, start: world.Now - 10, end: world.Now));
        await world.DrainAsync();
        Assert.DoesNotContain("sampling", world.Files.ListDirectories(DiskWorld.Directory));
        Assert.Equal(0, world.Sampler.GetStatistics().KeptTraces);
    }

    private static async Task<Dictionary<TraceId, int>> StoredAsync(DiskWorld world)
    {
        var stored = new Dictionary<TraceId, int>();
        for (ulong trace = 1; trace < 200; trace++)
        {
            int spans = (await world.ReadAsync(trace)).Count;
            if (spans > 0)
            {
                stored.Add(new TraceId(0, trace), spans);
            }
        }
        return stored;
    }

    /// <summary>Spans with new ids, of few traces, so that some come late.</summary>
    private static SpanBatch Spans(Random random, ulong now, ulong firstId, Dictionary<TraceId, int> sent)
    {
        var builder = new SpanBatchBuilder();
        for (ulong i = 1; i <= (ulong)random.Next(1, 20); i++)
        {
            ulong trace = (ulong)random.Next(1, 60);
            sent[new TraceId(0, trace)] = sent.GetValueOrDefault(new TraceId(0, trace)) + 1;
            int row = builder.Span(
                trace, firstId + i, name: $"op{random.Next(5)}", service: $"service-{random.Next(3)}", start: now - 1000, end: now,
                status: random.Next(40) == 0 ? StatusCode.Error : StatusCode.Unset);
            // Small ids have no randomness worth the name.
            ulong randomness = (trace * 0x9E3779B97F4A7C15UL) >> 8;
            builder.Batch.Spans.TraceStates[row] = builder.Id($"ot=rv:{randomness:x14}");
        }
        return builder.Batch;
    }
}
