using Clew.Core.Columns;
using Clew.Core.Scan;
using Clew.Ingest.Intake;
using Clew.Ingest.Pipeline;
using Clew.Testing;

namespace Clew.Ingest.Tests.Pipeline;

/// <summary>Random lives of a pipeline: retries, late spans, refusals, crashes. Nothing acknowledged is lost, nothing is there twice.</summary>
public class PipelineSurvivalTests
{
    private const int Traces = 12;

    [Fact]
    public async Task Every_acknowledged_span_is_there_once_whatever_happens()
    {
        var seen = new Seen();
        for (int seed = 1; seed <= 300; seed++)
        {
            await new Life(seed, seen).RunAsync();
        }
        // The lives are only worth something if they were eventful.
        Assert.All([seen.Early, seen.Late, seen.Duplicates, seen.Refused, seen.Recovered, seen.StoredBeforeCrash, seen.LostAnswers], count => Assert.True(count > 20));
    }

    private sealed class Seen
    {
        public long Early;
        public long Late;
        public long Duplicates;
        public long Refused;
        public long Recovered;
        public long StoredBeforeCrash;
        public long LostAnswers;
    }

    private sealed class Life(int seed, Seen seen)
    {
        private readonly Random random = new(seed);
        private readonly SpanGenerator generator = new(seed);
        private readonly List<SpanBatch> sentInThisLife = [];
        private readonly HashSet<string> acknowledged = [];
        private readonly HashSet<string> attempted = [];
        private ulong nextSpan = 100;
        private PipelineWorld world = null!;

        public async Task RunAsync()
        {
            var options = new PipelineOptions
            {
                HeadShards = 1 << random.Next(3),
                HeadBytes = random.Next(2) == 0 ? 24_000 : 1 << 24,
                MaxTraceSpans = random.Next(2) == 0 ? 1000 : 100_000,
                FlushSpans = random.Next(1, 40),
                AdmissionWait = TimeSpan.Zero,
            };
            world = await PipelineWorld.StartAsync(options);
            world.Journal.Bound = random.Next(2) == 0 ? 20 : int.MaxValue;
            for (int step = 0; step < 80; step++)
            {
                await StepAsync();
            }
            await SettleAsync();
            await CheckEndAsync();
        }

        private async Task StepAsync()
        {
            switch (random.Next(20))
            {
                case < 8:
                    await SendAsync(Fresh());
                    break;
                case 8 or 9 when sentInThisLife.Count > 0:
                    await SendAsync(sentInThisLife[random.Next(sentInThisLife.Count)]);
                    break;
                case < 15:
                    await world.PassAsync(TimeSpan.FromSeconds(random.Next(1, 12)));
                    break;
                case 15:
                    world.Store.Refuses = !world.Store.Refuses;
                    break;
                case 16:
                    world.Store.FailsAfterStoring = !world.Store.FailsAfterStoring;
                    break;
                case 17:
                    world.Journal.Refuses = !world.Journal.Refuses;
                    break;
                case 18:
                    await CrashAsync(clean: random.Next(2) == 0);
                    break;
                default:
                    await HoldSnapshotAsync();
                    break;
            }
        }

        private SpanBatch Fresh()
        {
            var builder = new SpanBatchBuilder();
            int count = random.Next(1, 8);
            for (int i = 0; i < count; i++)
            {
                generator.Add(builder, nextSpan++, (ulong)random.Next(1, Traces + 1));
            }
            return builder.Batch;
        }

        private async Task SendAsync(SpanBatch batch)
        {
            var lines = SpanText.Sorted(batch);
            attempted.UnionWith(lines);
            if (random.Next(30) == 0)
            {
                // The process dies between the fsync and the answer.
                world.Journal.Hold = new TaskCompletionSource().Task;
                var lost = world.SendAsync(batch);
                world.Journal.Hold = Task.CompletedTask;
                if (!lost.IsCompleted)
                {
                    seen.LostAnswers++;
                    // Later ones are acknowledged and stored meanwhile; the journal must not let go of the one between.
                    await SendAsync(Fresh());
                    await world.PassAsync(TimeSpan.FromSeconds(40));
                    await world.PassAsync(TimeSpan.FromSeconds(40));
                    await CrashAsync(clean: false);
                    acknowledged.UnionWith(lines);
                }
                return;
            }
            if (await world.SendAsync(batch) == IntakeOutcome.Accepted)
            {
                acknowledged.UnionWith(lines);
                sentInThisLife.Add(batch);
            }
        }

        private async Task CrashAsync(bool clean)
        {
            // A replay that cannot hand over waits for the store: the clock of this test stands still meanwhile.
            if (clean)
            {
                await world.Pipeline.StopAsync();
                Assert.Equal(IntakeOutcome.Unavailable, await world.SendAsync(Fresh()));
            }
            world.Store.Refuses = false;
            world.Store.FailsAfterStoring = false;
            sentInThisLife.Clear();
            CountSeen();
            await world.RestartAsync();
            seen.Recovered += world.Pipeline.GetStatistics().RecoveredSpans;
            seen.StoredBeforeCrash += world.Pipeline.GetStatistics().RecoveredSpans - world.Pipeline.GetStatistics().OpenSpans;
            await CheckAllThereAsync();
        }

        private async Task HoldSnapshotAsync()
        {
            using var head = world.Head.Snapshot();
            var then = acknowledged.ToHashSet();
            await PassSomeTimeAsync();
            using var store = world.Store.Snapshot();
            await PassSomeTimeAsync();
            then.ExceptWith(await AllAsync([head, store]));
            Assert.True(then.Count == 0, $"seed {seed}: a snapshot misses {then.Count} spans");
        }

        private async Task PassSomeTimeAsync()
        {
            for (int i = random.Next(4); i > 0; i--)
            {
                await world.PassAsync(TimeSpan.FromSeconds(random.Next(1, 40)));
            }
        }

        private async Task SettleAsync()
        {
            world.Store.Refuses = false;
            world.Store.FailsAfterStoring = false;
            for (int i = 0; i < 4; i++)
            {
                await world.PassAsync(TimeSpan.FromSeconds(60));
            }
        }

        private void CountSeen()
        {
            var statistics = world.Pipeline.GetStatistics();
            seen.Early += statistics.ClosedEarly;
            seen.Late += statistics.LateParts;
            seen.Duplicates += statistics.DuplicateSpans;
            seen.Refused += statistics.RefusedPayloads;
        }

        private async Task CheckEndAsync()
        {
            CountSeen();
            await CheckAllThereAsync();
            var statistics = world.Pipeline.GetStatistics();
            Assert.Equal((0L, 0L), (statistics.OpenSpans, statistics.WaitingSpans));
            Assert.Empty(statistics.Problems);
            Assert.Empty(world.Journal.Needed);
            Assert.Equal(0, world.Head.Counts.OpenBytes);
        }

        private async Task CheckAllThereAsync()
        {
            using var head = world.Head.Snapshot();
            using var store = world.Store.Snapshot();
            var all = await AllAsync([head, store]);
            string? doubled = all.GroupBy(line => line).FirstOrDefault(group => group.Count() > 1)?.Key;
            Assert.True(doubled is null, $"seed {seed}: doubled {doubled}");
            var missing = acknowledged.Except(all).ToList();
            Assert.True(missing.Count == 0, $"seed {seed}: lost {missing.Count}, first {missing.FirstOrDefault()}");
            Assert.Subset(attempted, all.ToHashSet());
            Assert.Equal(all.Count, await world.CountAsync());
        }

        private static async Task<List<string>> AllAsync(ISpanSnapshot[] snapshots)
        {
            var all = new List<string>();
            for (ulong trace = 1; trace <= Traces; trace++)
            {
                all.AddRange(await PipelineWorld.ReadAsync(snapshots, trace));
            }
            return all;
        }
    }
}
