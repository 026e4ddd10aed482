using Clew.Core.Columns;
using Clew.Ingest.Tests.Survival;
using Clew.Testing;

namespace Clew.Ingest.Tests.Counting;

/// <summary>Journal, head, span store and series store on one disk, killed again and again: every span is counted once.</summary>
public sealed class CountedOverKillsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task EverySpanIsStoredAndCountedOnce(int seed)
    {
        var random = new Random(seed);
        await using var world = await DiskWorld.StartAsync();
        ulong sent = 0;
        for (int step = 0; step < 60; step++)
        {
            switch (random.Next(6))
            {
                case 0:
                    await world.RestartAsync();
                    break;
                case < 3:
                    await world.PassAsync(TimeSpan.FromSeconds(random.Next(1, 40)));
                    break;
                default:
                    var spans = Spans(random, world.Now, sent);
                    sent += (ulong)spans.Count;
                    await world.SendAsync(spans);
                    break;
            }
        }
        await world.DrainAsync();
        Assert.Equal(sent, (ulong)await world.CountAsync());
        Assert.Equal(sent, await world.SeriesCountAsync());
        await world.RestartAsync();
        Assert.Equal(sent, await world.SeriesCountAsync());
        Assert.Empty(world.Problems);
    }

    /// <summary>Spans with new ids, of few traces, so that some come late.</summary>
    private static SpanBatch Spans(Random random, ulong now, ulong firstId)
    {
        var builder = new SpanBatchBuilder();
        for (ulong i = 1; i <= (ulong)random.Next(1, 20); i++)
        {
            builder.Span((ulong)random.Next(1, 20), firstId + i, name: $"op{random.Next(5)}", service: $"service-{random.Next(3)}", start: now - 1000, end: now);
        }
        return builder.Batch;
    }
}
