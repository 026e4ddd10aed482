using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Journal;

/// <summary>The power goes off at every single operation of random schedules, and every kind of disk image is read.</summary>
public class JournalPowerCutTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Nothing_acknowledged_is_lost_at_any_operation(int seed)
    {
        const int steps = 40;
        int operations = new JournalSchedule(seed, steps).Run(new FaultyFileLayer(seed)).Operations;
        Assert.True(operations > 60, $"Only {operations} operations.");
        for (int cut = 0; cut < operations; cut++)
        {
            foreach (bool? keep in (bool?[])[false, null, true])
            {
                CutOnce(seed, steps, cut, keep);
            }
        }
    }

    private static string Corruption(Clew.Ingest.Journal.Journal journal) =>
        string.Join(" ", journal.GetStatistics().Problems.Where(problem => problem.StartsWith("Corruption", StringComparison.Ordinal)));

    private static void CutOnce(int seed, int steps, int cut, bool? keep)
    {
        try
        {
            var schedule = new JournalSchedule(seed, steps);
            var harness = schedule.Harness;
            var files = schedule.Run(new FaultyFileLayer(seed) { CutAt = cut });
            var after = files.AfterPowerCut((seed * 1000) + cut, keep);
            harness.Time.Advance(TimeSpan.FromSeconds(5));

            // 1 Replay; no power cut looks like corruption.
            var journal = harness.Reopen(after);
            Assert.Equal("", Corruption(journal));
            // 2 Go on as if nothing had been.
            Assert.All(harness.Append(journal, harness.Payload(), harness.Payload()), Assert.True);
            // 3 Once more, before anything is released.
            after.CutPower();
            JournalHarness.Close(journal);
            journal = harness.Reopen(after.AfterPowerCut(cut, keep));
            Assert.Equal("", Corruption(journal));
            JournalHarness.Close(journal);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new InvalidOperationException($"seed {seed}, cut at {cut}, keep {keep}: {failure.Message}", failure);
        }
    }
}
