using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Head;
using Clew.Ingest.Pipeline;
using Clew.Ingest.Tests.Pipeline;
using Clew.Testing;

namespace Clew.Ingest.Tests.Head;

/// <summary>Arenas come and go; what lies in them does not.</summary>
public class HeadGenerationTests
{
    [Fact]
    public async Task Traces_stay_whole_and_bytes_stay_counted_while_arenas_come_and_go()
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            var random = new Random(seed);
            var world = await PipelineWorld.StartAsync(new PipelineOptions
            {
                HeadShards = 1 << random.Next(3),
                FlushSpans = random.Next(8, 80),
                FlushInterval = TimeSpan.FromSeconds(random.Next(1, 20)),
            });
            long empty = world.Head.UsedBytes;
            var expected = new Dictionary<ulong, int>();
            var open = new List<ulong>();
            ulong next = 1;
            for (int step = 0; step < 60; step++)
            {
                var builder = new SpanBatchBuilder();
                for (int i = random.Next(1, 30); i > 0; i--)
                {
                    if (open.Count == 0 || random.Next(3) == 0)
                    {
                        open.Add(next++);
                    }
                    // Old traces get spans too, so that they lie in old arenas, or come late.
                    ulong trace = random.Next(4) == 0 ? open[random.Next(open.Count)] : open[^1];
                    int count = expected[trace] = expected.GetValueOrDefault(trace) + 1;
                    builder.Span(trace, (ulong)count, count == 1 ? 0ul : 1ul, name: $"op {random.Next(9)}", attributes: ("user.id", $"user {random.Next(500)}"));
                }
                await world.SendAsync(builder.Batch);
                await world.PassAsync(TimeSpan.FromSeconds(random.Next(4)));
                Assert.Equal(world.Head.Counts.UsedBytes, world.Head.UsedBytes);
                ulong looked = open[random.Next(open.Count)];
                Assert.Equal(expected.GetValueOrDefault(looked), (await world.ReadAsync(looked)).Distinct().Count());
            }
            await world.PassAsync(TimeSpan.FromMinutes(1));
            await world.PassAsync(TimeSpan.FromMinutes(1));
            Assert.Equal(expected.Values.Sum(), world.Store.Appended.Sum(a => a.Batch.Spans.Count));
            Assert.Equal(empty, world.Head.UsedBytes);
        }
    }

    [Fact]
    public async Task A_trace_that_stays_open_does_not_hold_back_the_memory_of_its_generation()
    {
        var world = await PipelineWorld.StartAsync(new PipelineOptions { HeadShards = 1, FlushSpans = 2000, QuietPeriod = TimeSpan.FromSeconds(2) });
        var sent = new HashSet<ulong>();
        long highest = 0;
        for (ulong second = 1; second <= 60; second++)
        {
            var builder = new SpanBatchBuilder();
            builder.Span(1, second, second == 1 ? 0ul : 1ul, name: "poll");
            sent.Add(second);
            for (ulong i = 0; i < 2000; i++)
            {
                builder.Span((second * 100_000) + (i / 10), i + 1, i % 10 == 0 ? 0 : i, name: "op");
            }
            await world.SendAsync(builder.Batch);
            await world.PassAsync(TimeSpan.FromSeconds(1));
            highest = second == 10 ? 0 : Math.Max(highest, world.Head.UsedBytes);
            if (second == 20)
            {
                Assert.InRange(world.Head.Counts.OpenSpans, 20, 20_000);
            }
        }
        // Four seconds of it are open or under way, and at most two arenas of 2,000 spans wait to be emptied.
        Assert.InRange(highest, 1, 8 * 2000 * 100);
        Assert.Equal(sent.Count, (await world.ReadAsync(1)).Count);
        Assert.InRange(world.Head.Counts.AllocatedBytes, 1, 6 << 20);
    }

    [Fact]
    public void Memory_that_lay_idle_for_a_window_is_let_go_and_no_more()
    {
        var pool = new ChunkPool();
        byte[][] rented = [.. Enumerable.Range(0, 10).Select(_ => pool.Rent())];
        foreach (byte[] chunk in rented)
        {
            pool.Return(chunk);
        }
        pool.EndWindow();
        Assert.Equal(10L * ChunkPool.ChunkBytes, pool.FreeBytes);
        byte[][] again = [.. Enumerable.Range(0, 4).Select(_ => pool.Rent())];
        Assert.Subset(new HashSet<byte[]>(rented), new HashSet<byte[]>(again));
        foreach (byte[] chunk in again)
        {
            pool.Return(chunk);
        }
        pool.EndWindow();
        Assert.Equal(4L * ChunkPool.ChunkBytes, pool.FreeBytes);
        pool.EndWindow();
        Assert.Equal(0, pool.FreeBytes);
    }
}
