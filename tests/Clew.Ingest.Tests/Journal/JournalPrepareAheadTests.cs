using Clew.Ingest.Journal;
using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Journal;

public class JournalPrepareAheadTests
{
    private readonly JournalHarness harness = new(1);
    private readonly FaultyFileLayer files = new(1);

    public JournalPrepareAheadTests() => harness.Options = harness.Options with { PrepareAhead = true };

    [Fact]
    public void The_next_file_is_there_before_it_is_needed()
    {
        var journal = harness.Reopen(files);
        harness.Append(journal, harness.Payload(1000));
        Assert.DoesNotContain(files.AllFiles(), IsSpare);
        harness.Append(journal, harness.Payload(7000)); // Past half of 16 KiB.
        JournalHarness.Close(journal); // Waits for the preparation.
        string spare = Assert.Single(files.AllFiles(), IsSpare);
        Assert.Equal(harness.Options.FileBytes, files.ReadAll(spare).Length);

        var again = harness.Reopen(files);
        harness.Append(again, harness.Payload(100));
        Assert.DoesNotContain(files.AllFiles(), IsSpare); // It was taken.
        JournalHarness.Close(again);
        JournalHarness.Close(harness.Reopen(files)); // Checks that all is there.
    }

    [Fact]
    public void A_preparation_that_the_disk_refuses_costs_nothing_but_itself()
    {
        var journal = harness.Reopen(files);
        harness.Append(journal, harness.Payload(1000));
        files.Refuse = operation => operation.Kind == FileOperationKind.Preallocate ? DiskErrors.NoSpace() : null;
        harness.Append(journal, harness.Payload(7000));
        JournalHarness.Close(journal);
        files.Refuse = null;

        var again = harness.Reopen(files);
        for (int i = 0; i < 10; i++)
        {
            harness.Append(again, harness.Payload(7000));
        }
        Assert.Empty(again.GetStatistics().Problems);
        JournalHarness.Close(again);
        JournalHarness.Close(harness.Reopen(files));
    }

    [Fact]
    public void The_power_may_go_while_a_file_is_prepared()
    {
        for (int cut = 1; cut < 60; cut++)
        {
            var own = new JournalHarness(cut) { Options = harness.Options };
            var disk = new FaultyFileLayer(cut) { CutAt = cut };
            try
            {
                var journal = own.Reopen(disk);
                for (int i = 0; i < 6; i++)
                {
                    own.Append(journal, own.Payload(7000));
                }
                JournalHarness.Close(journal);
            }
            catch (Exception exception) when (exception is PowerCutException or IOException or AggregateException)
            {
                // The machine is off.
            }
            JournalHarness.Close(own.Reopen(disk.AfterPowerCut(cut)));
        }
    }

    private static bool IsSpare(string path) => path.EndsWith(JournalFormat.SpareSuffix, StringComparison.Ordinal);
}
