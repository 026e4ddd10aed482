using Clew.Ingest.Intake;
using Clew.Ingest.Pipeline;
using Clew.Ingest.Tests.Assembly;

namespace Clew.Ingest.Tests.Pipeline;

/// <summary>Writers, readers and the assembler at once: a span that was acknowledged is found by whoever looks from then on.</summary>
public class SnapshotConcurrencyTests
{
    private const int Writers = 2;
    private const int TracesPerWriter = 1500;

    [Fact]
    public async Task A_reader_never_misses_a_span_on_its_way_to_the_store()
    {
        var world = await PipelineWorld.StartAsync(new PipelineOptions
        {
            HeadShards = 2,
            FlushSpans = 50,
            QuietPeriod = TimeSpan.FromMilliseconds(20),
            FlushInterval = TimeSpan.FromMilliseconds(20),
        });
        int[] acknowledged = new int[Writers];
        var writers = Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
        {
            for (int i = 0; i < TracesPerWriter; i++)
            {
                Assert.Equal(IntakeOutcome.Accepted, await world.SendAsync(TraceCloseTests.Spans(Trace(w, i), 1, 3)));
                Volatile.Write(ref acknowledged[w], i + 1);
            }
        })).ToList();
        var all = Task.WhenAll(writers);
        var assembler = Task.Run(async () =>
        {
            while (!all.IsCompleted)
            {
                await world.PassAsync(TimeSpan.FromMilliseconds(5));
            }
        });
        int reads = 0;
        var readers = Enumerable.Range(0, 2).Select(r => Task.Run(async () =>
        {
            var random = new Random(r);
            while (!all.IsCompleted || reads < 200)
            {
                int writer = random.Next(Writers);
                int known = Volatile.Read(ref acknowledged[writer]);
                if (known == 0)
                {
                    await Task.Yield();
                    continue;
                }
                // Half of the looks go to what is moving just now.
                int trace = random.Next(2) == 0 ? random.Next(known) : random.Next(Math.Max(0, known - 60), known);
                var lines = (await world.ReadAsync(Trace(writer, trace))).Distinct().ToList();
                Assert.True(lines.Count == 3, $"{lines.Count} of 3 spans of trace {trace} of {known}");
                Interlocked.Increment(ref reads);
            }
        })).ToList();
        await Task.WhenAll([all, assembler, .. readers]);
        await world.PassAsync(TimeSpan.FromMinutes(1));
        await world.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(Writers * TracesPerWriter * 3, await world.CountAsync());
        Assert.True(world.Store.Appends > 5, $"{world.Store.Appends} appends");
        Assert.Equal(0, world.Head.Counts.ClosedSpans);
    }

    private static ulong Trace(int writer, int trace) => ((ulong)(writer + 1) * 1_000_000) + (ulong)trace;
}
