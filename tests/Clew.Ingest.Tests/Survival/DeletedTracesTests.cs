using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Storage;
using Clew.Testing;
using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Survival;

/// <summary>What was deleted stays deleted, whatever the journal, a sender or a latecomer brings, and stays counted, once.</summary>
public sealed class DeletedTracesTests
{
    private const ulong Traces = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task NeitherAKillNorARepeatBringsADeletedTraceBack(int seed)
    {
        var random = new Random(seed);
        await using var world = await DiskWorld.StartAsync();
        var payloads = new List<SpanBatch>();
        var sent = new Dictionary<ulong, int>();
        var deleted = new HashSet<ulong>();
        ulong count = 0;
        for (int step = 0; step < 80; step++)
        {
            switch (random.Next(8))
            {
                case 0:
                    await world.RestartAsync();
                    break;
                case 1 when payloads.Count > 0:
                    await world.SendAsync(payloads[random.Next(payloads.Count)]);
                    break;
                case 2:
                    ulong gone = sent.Count > 0 && random.Next(4) > 0 ? sent.Keys.ElementAt(random.Next(sent.Count)) : (ulong)random.Next(1, (int)Traces);
                    bool wasThere = sent.ContainsKey(gone) && !deleted.Contains(gone);
                    // One that is deleted already may have been brought again by a latecomer that is not dropped yet.
                    int found = await world.DeleteAsync(gone);
                    Assert.True(wasThere ? found == 1 : found == 0 || deleted.Contains(gone), $"{found} of {gone}");
                    Assert.Empty(await world.ReadAsync(gone));
                    if (wasThere)
                    {
                        deleted.Add(gone);
                    }
                    break;
                case < 5:
                    await world.PassAsync(TimeSpan.FromSeconds(random.Next(1, 20)));
                    break;
                default:
                    var spans = Spans(random, world.Now, (ulong)step * 100, sent, deleted);
                    count += (ulong)spans.Count;
                    payloads.Add(spans);
                    await world.SendAsync(spans);
                    break;
            }
        }
        await world.DrainAsync();
        await CheckAsync(world, sent, deleted, count);
        await world.RestartAsync();
        await world.DrainAsync();
        await CheckAsync(world, sent, deleted, count);
        Assert.NotEmpty(deleted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ThePowerGoesOffAtEveryWriteOfADeletion(bool keepsUnsynced)
    {
        int cut = 0;
        for (bool wasCut = true; wasCut; cut++)
        {
            var files = new FaultyFileLayer(cut);
            var world = await DiskWorld.StartAsync(files);
            // Traces 1 and 3 are stored, 2 is open and holds the journal; 1 has a part that is open, too.
            await world.SendAsync(spans =>
            {
                Add(spans, 1, 1, world.Now);
                Add(spans, 2, 2, world.Now, parent: 9);
                Add(spans, 3, 3, world.Now);
            });
            await world.PassAsync(TimeSpan.FromSeconds(3));
            await world.PassAsync(TimeSpan.FromSeconds(3));
            await world.SendAsync(spans => Add(spans, 1, 4, world.Now, parent: 1));
            files.CutAt = files.Operations + cut;
            bool done = false;
            try
            {
                Assert.Equal(2, await world.DeleteAsync(1, 2));
                done = true;
            }
            catch (Exception exception) when (exception is PowerCutException or StoreUnavailableException)
            {
                // The disk is gone.
            }
            wasCut = files.IsOff;
            await world.RestartAsync(files.AfterPowerCut(cut, keepsUnsynced ? null : false));
            await world.DrainAsync();
            Assert.Equal(4UL, await world.SeriesCountAsync());
            Assert.Empty(world.Problems);
            Assert.Single(await world.ReadAsync(3));
            if (done)
            {
                Assert.Empty(await world.ReadAsync(1));
                Assert.Empty(await world.ReadAsync(2));
            }
            bool isThere = (await world.ReadAsync(1)).Count > 0;
            Assert.Equal(isThere ? 2 : 1, await world.DeleteAsync(1, 3));
            Assert.Empty(await world.ReadAsync(1));
            Assert.Empty(await world.ReadAsync(3));
            await world.DisposeAsync();
        }
        Assert.True(cut > 5, $"{cut} operations");
    }

    [Fact]
    public async Task WhatComesLateOfADeletedTraceIsCountedAndDropped()
    {
        await using var world = await DiskWorld.StartAsync();
        await world.SendAsync(spans => Add(spans, 1, 1, world.Now));
        await world.DrainAsync();
        Assert.Equal(1, await world.DeleteAsync(1));
        await world.SendAsync(spans => Add(spans, 1, 2, world.Now, parent: 1));
        await world.DrainAsync();
        Assert.Empty(await world.ReadAsync(1));
        Assert.Equal(2UL, await world.SeriesCountAsync());
        Assert.Equal(0, await world.DeleteAsync(1));
        Assert.DoesNotContain(world.Sampler.GetStatistics().Accuracy, service => service.Accuracy < 1);
    }

    private static async Task CheckAsync(DiskWorld world, Dictionary<ulong, int> sent, HashSet<ulong> deleted, ulong count)
    {
        Assert.Equal(count, await world.SeriesCountAsync());
        foreach (var (trace, spans) in sent)
        {
            Assert.Equal(deleted.Contains(trace) ? 0 : spans, (await world.ReadAsync(trace)).Count);
        }
        Assert.Empty(world.Problems);
    }

    /// <summary>Spans with new ids of few traces.</summary>
    private static SpanBatch Spans(Random random, ulong now, ulong firstId, Dictionary<ulong, int> sent, HashSet<ulong> deleted)
    {
        var builder = new SpanBatchBuilder();
        for (ulong i = 1; i <= (ulong)random.Next(1, 12); i++)
        {
            ulong trace = (ulong)random.Next(1, (int)Traces);
            if (!deleted.Contains(trace) || random.Next(3) == 0)
            {
                sent[trace] = sent.GetValueOrDefault(trace) + 1;
                Add(builder, trace, firstId + i, now, parent: random.Next(3) == 0 ? 0 : (ulong)random.Next(1, 500));
            }
        }
        if (builder.Batch.Count == 0)
        {
            sent[Traces] = sent.GetValueOrDefault(Traces) + 1;
            Add(builder, Traces, firstId + 1, now);
        }
        return builder.Batch;
    }

    private static void Add(SpanBatchBuilder spans, ulong trace, ulong span, ulong now, ulong parent = 0) =>
        spans.Span(trace, span, parent, start: now - 1000, end: now);
}
