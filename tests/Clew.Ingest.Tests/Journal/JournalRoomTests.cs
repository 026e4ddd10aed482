using Clew.Ingest.Journal;
using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Journal;

/// <summary>The disk fills up: the journal refuses while the store still has room for what was accepted, and goes on by itself.</summary>
public sealed class JournalRoomTests
{
    private const long Reserve = 1 << 20;

    private readonly JournalHarness harness = new(61);
    private readonly FaultyFileLayer files = new(61);

    public JournalRoomTests() => harness.Options = harness.Options with { ReserveBytes = Reserve };

    [Fact]
    public async Task It_refuses_below_the_reserve_and_takes_again_above()
    {
        await using var journal = harness.Reopen(files);
        Assert.Equal([true], harness.Append(journal, harness.Payload(1000)));

        files.Available = Reserve - 1;
        harness.Time.Advance(DiskRoom.Interval);
        int before = files.Operations;
        Assert.Equal([false], harness.Append(journal, harness.Payload(1000)));
        Assert.Equal(before, files.Operations);
        var statistics = journal.GetStatistics();
        Assert.Contains("nearly full", statistics.Refusal);
        Assert.Contains(statistics.Refusal!, statistics.Problems);

        files.Available = 2 * Reserve;
        harness.Time.Advance(DiskRoom.Interval);
        Assert.Null(journal.GetStatistics().Refusal); // though nobody sent anything
        Assert.Empty(journal.GetStatistics().Problems);
        Assert.Equal([true], harness.Append(journal, harness.Payload(1000)));
    }

    [Fact]
    public async Task What_waits_for_the_store_is_kept_free_beside_the_reserve()
    {
        await using var journal = harness.Reopen(files);
        files.Available = Reserve + 200_000;
        int accepted = 0;
        while (harness.Append(journal, harness.Payload(10_000))[0])
        {
            accepted++;
        }
        Assert.InRange(accepted, 19, 21);
        harness.Release(journal, harness.LastAcknowledged + 1);
        Assert.Null(journal.GetStatistics().Refusal);
        Assert.Equal([true], harness.Append(journal, harness.Payload(10_000)));
    }

    [Fact]
    public async Task No_file_is_made_of_the_reserve()
    {
        await using var journal = harness.Reopen(files);
        files.Available = Reserve + harness.Options.FileBytes - 1;
        Assert.Equal([false], harness.Append(journal, harness.Payload(100)));
        Assert.DoesNotContain(files.History, operation => operation.Kind == FileOperationKind.Preallocate);
        Assert.Contains("Journal:ReserveBytes", journal.GetStatistics().Refusal);
        files.Available++;
        Assert.Equal([true], harness.Append(journal, harness.Payload(100)));
        Assert.Null(journal.GetStatistics().Refusal);
    }

    [Fact]
    public async Task Without_a_reserve_the_disk_alone_decides()
    {
        harness.Options = harness.Options with { ReserveBytes = 0 };
        files.Available = 0;
        await using var journal = harness.Reopen(files);
        Assert.Equal([true], harness.Append(journal, harness.Payload(1000)));
    }

    [Theory]
    [InlineData(FileOperationKind.Write)]
    [InlineData(FileOperationKind.Sync)]
    [InlineData(FileOperationKind.Create)]
    [InlineData(FileOperationKind.SyncDirectory)]
    public async Task A_disk_that_takes_writes_again_is_found_out_without_a_sender(FileOperationKind kind)
    {
        await using var journal = harness.Reopen(files);
        Assert.Equal([true], harness.Append(journal, harness.Payload(100)));
        files.Refuse = operation => operation.Kind == kind ? DiskErrors.ReadOnly() : null;
        Assert.Equal([false], harness.Append(journal, harness.Payload(40_000)));
        for (int i = 0; i < 3; i++)
        {
            harness.Time.Advance(TimeSpan.FromSeconds(1));
            journal.WaitUntilIdle();
            Assert.Contains("Read-only", journal.GetStatistics().Refusal);
        }
        files.Refuse = null;
        harness.Time.Advance(TimeSpan.FromSeconds(1));
        journal.WaitUntilIdle();
        Assert.Null(journal.GetStatistics().Refusal);
        Assert.Equal([true], harness.Append(journal, harness.Payload(100)));
        harness.Reopen(files.AfterPowerCut(1, keep: false));
    }
}
