using Clew.Ingest.Journal;
using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Journal;

/// <summary>What the policies interval and off keep, lose and say.</summary>
public class JournalSyncPolicyTests
{
    private readonly JournalHarness harness = new(4);
    private readonly FaultyFileLayer files = new(4);

    [Fact]
    public void Interval_acknowledges_before_the_sync_and_syncs_in_time()
    {
        harness.Options = harness.Options with { Sync = JournalSyncPolicy.Interval };
        var journal = harness.Reopen(files);
        harness.Append(journal, harness.Payload(100));
        int before = files.Operations;
        Assert.Equal([true], harness.Append(journal, harness.Payload(100)));
        Assert.Equal([FileOperationKind.Write], files.History.Skip(before).Select(operation => operation.Kind));
        harness.Time.Advance(harness.Options.SyncInterval);
        journal.WaitUntilIdle();
        Assert.Equal(FileOperationKind.Sync, files.History[^1].Kind);
        files.CutPower();
        JournalHarness.Close(journal);
        JournalHarness.Close(harness.Reopen(files.AfterPowerCut(1, keep: false)));
    }

    [Theory]
    [InlineData(JournalSyncPolicy.Interval)]
    [InlineData(JournalSyncPolicy.Off)]
    public void The_end_of_the_process_loses_nothing(JournalSyncPolicy policy)
    {
        harness.Options = harness.Options with { Sync = policy };
        var journal = harness.Reopen(files);
        for (int i = 0; i < 40; i++)
        {
            harness.Append(journal, harness.Payload(), harness.Payload());
        }
        files.CutPower(); // Closing leaves no trace; what was written stays.
        JournalHarness.Close(journal);
        var again = harness.Reopen(files.AfterKill(1));
        Assert.DoesNotContain(again.GetStatistics().Problems, IsCorruption);
        JournalHarness.Close(again);
    }

    /// <summary>A power cut loses what was not synced, gives nothing wrong and does not look like damage; it also shows that the checks of the other tests see a loss.</summary>
    [Theory]
    [InlineData(JournalSyncPolicy.Interval)]
    [InlineData(JournalSyncPolicy.Off)]
    public void A_power_cut_loses_only_what_was_not_synced(JournalSyncPolicy policy)
    {
        int lost = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            var own = new JournalHarness(seed);
            own.Options = own.Options with { Sync = policy };
            var disk = new FaultyFileLayer(seed);
            var journal = own.Reopen(disk);
            for (int i = 0; i < 12; i++)
            {
                own.Append(journal, own.Payload(), own.Payload());
                if (i == 6)
                {
                    own.Time.Advance(own.Options.SyncInterval);
                    journal.WaitUntilIdle();
                }
            }
            disk.CutPower();
            JournalHarness.Close(journal);
            journal = own.Open(disk.AfterPowerCut(seed));
            var missing = own.Check(journal, allMustBeThere: false);
            lost += missing.Count;
            // Fourteen records lay before the sync.
            Assert.DoesNotContain(missing, sequence => policy == JournalSyncPolicy.Interval && sequence <= 14);
            Assert.DoesNotContain(journal.GetStatistics().Problems, IsCorruption);
            JournalHarness.Close(journal);
        }
        Assert.True(lost > 50, $"{lost} records were lost.");
    }

    [Fact]
    public void A_failed_sync_at_the_interval_is_said_and_got_over()
    {
        harness.Options = harness.Options with { Sync = JournalSyncPolicy.Interval };
        var journal = harness.Reopen(files);
        harness.Append(journal, harness.Payload(100));
        files.Refuse = operation => operation.Kind == FileOperationKind.Sync ? DiskErrors.InputOutput() : null;
        harness.Time.Advance(harness.Options.SyncInterval);
        journal.WaitUntilIdle();
        Assert.Contains("Input/output", Assert.Single(journal.GetStatistics().Problems), StringComparison.Ordinal);
        files.Refuse = null;
        Assert.Equal([true], harness.Append(journal, harness.Payload(100)));
        Assert.Empty(journal.GetStatistics().Problems);
        JournalHarness.Close(journal);
    }

    private static bool IsCorruption(string problem) => problem.StartsWith("Corruption", StringComparison.Ordinal);
}
