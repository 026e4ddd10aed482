using Clew.Core.Model;
using Clew.Ingest.Intake;
using Clew.Testing;
using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Journal;

/// <summary>One byte is damaged anywhere: no wrong payload, no crash, and nothing missing without being reported. CLEW_FLIPS=20000 for a long run.</summary>
public class JournalBitFlipTests
{
    private const int Rounds = 12;
    private const int FlipsPerRound = 120;

    [Theory]
    [InlineData(11, true)]
    [InlineData(12, true)]
    [InlineData(13, false)]
    public void Damage_is_reported_or_without_effect(int seed, bool cleanEnd)
    {
        var random = new Random(seed);
        int reported = 0;
        int rounds = Math.Max(1, FlipCount.Of(Rounds * FlipsPerRound) / FlipsPerRound);
        for (int round = 0; round < rounds; round++)
        {
            var (harness, disk) = Prepare((seed * 100) + round, cleanEnd);
            for (int flip = 0; flip < FlipsPerRound; flip++)
            {
                var files = disk.AfterKill(flip);
                var paths = files.AllFiles();
                string path = paths[random.Next(paths.Count)];
                int length = files.ReadAll(path).Length;
                // Half of the flips where the headers are.
                int offset = random.Next(2) == 0 ? random.Next(length) : Math.Min(length - 1, 4096 + random.Next(160));
                byte bits = (byte)random.Next(1, 256);
                files.Flip(path, offset, bits);
                reported += Check(harness, files, $"seed {seed}, round {round}, {path}[{offset}]^{bits}") ? 1 : 0;
            }
        }
        Assert.InRange(reported, rounds * FlipsPerRound / 8, rounds * FlipsPerRound);
    }

    private static (JournalHarness Harness, FaultyFileLayer Files) Prepare(int seed, bool cleanEnd)
    {
        var files = new FaultyFileLayer(seed);
        var schedule = new JournalSchedule(seed, steps: 12);
        schedule.Run(files);
        var harness = schedule.Harness;
        if (!cleanEnd)
        {
            var journal = harness.Reopen(files);
            harness.Append(journal, harness.Payload(200), harness.Payload(600));
            harness.Append(journal, harness.Payload(300));
            files.CutPower(); // The last thing on disk is an acknowledged group; nothing notes that the journal was closed.
            JournalHarness.Close(journal);
        }
        return (harness, files.AfterKill(seed));
    }

    private static bool Check(JournalHarness harness, FaultyFileLayer files, string what)
    {
        try
        {
            var journal = harness.Open(files);
            var missing = harness.Check(journal, allMustBeThere: false);
            var problems = journal.GetStatistics().Problems;
            Assert.True(missing.Count == 0 || problems.Count > 0, $"Records {string.Join(',', missing)} are missing and nothing was said.");
            // And the journal goes on.
            var task = journal.AppendAsync(new IngestPayload(Tenant.Default, PayloadFormat.OtlpTracesJson, new byte[100]), CancellationToken.None).AsTask();
            harness.Time.Advance(harness.Options.MaxGroupDelay);
            Assert.True(task.WaitAsync(TimeSpan.FromSeconds(30)).GetAwaiter().GetResult().Sequence > 0);
            JournalHarness.Close(journal);
            return problems.Count > 0;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"{what}: {failure.Message}", failure);
        }
    }
}
