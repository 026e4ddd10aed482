using Clew.Ingest.Journal;
using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Journal;

/// <summary>The disk refuses: nothing is acknowledged that is not kept, and the journal recovers by itself.</summary>
public class JournalDiskFailureTests
{
    [Theory]
    [InlineData(21, 1)]
    [InlineData(22, 1)]
    [InlineData(23, 4)]
    [InlineData(24, 12)]
    public void Refused_operations_lose_nothing_acknowledged(int seed, int refusals)
    {
        const int steps = 30;
        int operations = new JournalSchedule(seed, steps).Run(new FaultyFileLayer(seed)).Operations;
        for (int at = 0; at < operations; at++)
        {
            try
            {
                RefuseOnce(seed, steps, at, refusals);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"seed {seed}, refused at {at}: {failure.Message}", failure);
            }
        }
    }

    private static void RefuseOnce(int seed, int steps, int at, int refusals)
    {
        var schedule = new JournalSchedule(seed, steps);
        var harness = schedule.Harness;
        harness.SyncsHold = false;
        var files = new FaultyFileLayer(seed);
        files.Refuse = operation => operation.Changes && operation.Index >= at && operation.Index < at + refusals
            ? (operation.Index % 3) switch { 0 => DiskErrors.NoSpace(), 1 => DiskErrors.InputOutput(), _ => DiskErrors.ReadOnly() }
            : null;
        schedule.Run(files, stopAtFailure: false);
        files.Refuse = null;

        // A power cut shows what a failed sync hid.
        var after = files.AfterPowerCut((seed * 1000) + at);
        after.CreateDirectory(JournalHarness.Folder); // Its creation may have been what was refused.
        var journal = harness.Reopen(after);
        Assert.All(harness.Append(journal, harness.Payload()), Assert.True);
        JournalHarness.Close(journal);
    }

    [Theory]
    [InlineData(FileOperationKind.Write)]
    [InlineData(FileOperationKind.Sync)]
    [InlineData(FileOperationKind.Create)]
    [InlineData(FileOperationKind.Rename)]
    [InlineData(FileOperationKind.Preallocate)]
    [InlineData(FileOperationKind.SyncDirectory)]
    public async Task Refuses_while_the_disk_does_and_goes_on_by_itself(FileOperationKind kind)
    {
        var harness = new JournalHarness(31);
        var files = new FaultyFileLayer(31);
        await using var journal = harness.Reopen(files);
        harness.Append(journal, harness.Payload(100));

        files.Refuse = operation => operation.Kind == kind ? DiskErrors.NoSpace() : null;
        // Large ones need a file of their own, and so every kind of operation.
        var failure = await Assert.ThrowsAsync<JournalUnavailableException>(() => AppendAsync(harness, journal, 40_000));
        Assert.False(failure.IsFull);
        Assert.Contains("No space left", failure.Message, StringComparison.Ordinal);
        Assert.Contains(journal.GetStatistics().Problems, problem => problem.Contains("No space left", StringComparison.Ordinal));
        int before = files.Operations;
        for (int i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<JournalUnavailableException>(() => AppendAsync(harness, journal, 40_000));
        }
        Assert.InRange(files.Operations - before, 20, 200); // It tries once per append, no more.

        files.Refuse = null;
        Assert.Equal([true], harness.Append(journal, harness.Payload(40_000)));
        Assert.Empty(journal.GetStatistics().Problems);
        // Failed attempts leave no files behind.
        Assert.InRange(files.AllFiles().Count, 1, 5);
        harness.Reopen(files.AfterPowerCut(1, keep: false));
    }

    [Fact]
    public async Task What_was_refused_does_not_come_back_once_its_number_is_given_anew()
    {
        var harness = new JournalHarness(32);
        var files = new FaultyFileLayer(32);
        var journal = harness.Reopen(files);
        harness.Append(journal, harness.Payload(100));
        files.Refuse = operation => operation.Kind == FileOperationKind.Sync ? DiskErrors.InputOutput() : null;
        Assert.Equal([false, false], harness.Append(journal, harness.Payload(100), harness.Payload(100)));
        files.Refuse = null;
        Assert.Equal([true], harness.Append(journal, harness.Payload(100)));
        Assert.Equal(2, harness.LastAcknowledged);
        await journal.DisposeAsync();

        var again = harness.Open(files.AfterKill(1));
        Assert.Equal([1L, 2L], again.Replay().Select(record => record.Position.Sequence));
        Assert.Empty(again.GetStatistics().Problems);
    }

    private static Task<JournalPosition> AppendAsync(JournalHarness harness, Clew.Ingest.Journal.Journal journal, int length)
    {
        var task = journal.AppendAsync(harness.Payload(length), CancellationToken.None).AsTask();
        harness.Time.Advance(harness.Options.MaxGroupDelay);
        return task.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
