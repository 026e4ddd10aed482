using Clew.Core.Model;
using Clew.Ingest.Intake;
using Clew.Ingest.Journal;
using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Journal;

public class JournalTests
{
    private readonly JournalHarness harness = new(1);
    private readonly FaultyFileLayer files = new(1);

    [Fact]
    public async Task Gives_back_what_was_appended_with_time_tenant_and_format()
    {
        var journal = harness.Reopen(files);
        harness.Time.Advance(TimeSpan.FromSeconds(7));
        byte[] bytes = [1, 2, 3];
        var task = journal.AppendAsync(new IngestPayload(new Tenant("t1"), PayloadFormat.OtlpTracesJson, bytes), CancellationToken.None);
        harness.Time.Advance(harness.Options.MaxGroupDelay);
        Assert.Equal(new JournalPosition(1), await task);
        await journal.DisposeAsync();

        await using var again = harness.Open(files);
        var record = Assert.Single(again.Replay().Select(r => (r.Position, r.Time, r.Tenant, r.Format, Payload: r.Payload.ToArray())));
        Assert.Equal(new JournalPosition(1), record.Position);
        Assert.Equal(1_767_225_607_000_000_000UL, record.Time);
        Assert.Equal("t1", record.Tenant.Name);
        Assert.Equal(PayloadFormat.OtlpTracesJson, record.Format);
        Assert.Equal(bytes, record.Payload);
    }

    [Fact]
    public async Task All_that_wait_share_one_write_and_one_sync()
    {
        await using var journal = harness.Reopen(files);
        harness.Append(journal, harness.Payload(100));
        int before = files.Operations;
        harness.Append(journal, [.. Enumerable.Range(0, 20).Select(_ => harness.Payload(50))]);
        Assert.Equal([FileOperationKind.Write, FileOperationKind.Sync], files.History.Skip(before).Select(operation => operation.Kind));
    }

    [Fact]
    public async Task A_group_waits_no_longer_than_its_delay_and_not_at_all_when_it_is_large()
    {
        harness.Options = harness.Options with { MaxGroupBytes = 3000 };
        await using var journal = harness.Reopen(files);
        var small = journal.AppendAsync(harness.Payload(100), CancellationToken.None);
        journal.WaitUntilIdle();
        Assert.False(small.IsCompleted);
        var large = journal.AppendAsync(harness.Payload(4000), CancellationToken.None);
        await small;
        await large;
    }

    [Fact]
    public async Task Appends_before_the_replay_and_a_second_replay_are_refused()
    {
        await using var journal = harness.Open(files);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await journal.AppendAsync(harness.Payload(9), CancellationToken.None));
        Assert.Empty(journal.Replay());
        Assert.Throws<InvalidOperationException>(() => journal.Replay().Any());
    }

    [Fact]
    public async Task Full_at_its_bound_and_open_again_after_a_release()
    {
        harness.Options = harness.Options with { BoundBytes = 64 << 10 };
        await using var journal = harness.Reopen(files);
        while (harness.Append(journal, harness.Payload(2000))[0])
        {
        }
        var failure = await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.AppendAsync(harness.Payload(2000), default));
        Assert.True(failure.IsFull);
        var statistics = journal.GetStatistics();
        Assert.InRange(statistics.NeededBytes, 62_000, 64 << 10);
        Assert.Equal(64 << 10, statistics.BoundBytes);
        harness.Release(journal, harness.LastAcknowledged + 1);
        Assert.Equal(0, journal.GetStatistics().NeededBytes);
        Assert.Equal([true], harness.Append(journal, harness.Payload(2000)));
    }

    [Fact]
    public async Task Files_are_recycled_and_their_old_records_never_read()
    {
        await using var journal = harness.Reopen(files);
        for (int i = 0; i < 300; i++)
        {
            Assert.Equal([true], harness.Append(journal, harness.Payload(1500)));
            harness.Release(journal, harness.LastAcknowledged - 3);
        }
        // 300 records of 1.5 KiB went through files of 16 KiB.
        Assert.InRange(journal.GetStatistics().FileBytes, 16 << 10, 5 * (16 << 10));
        Assert.InRange(files.History.Count(operation => operation.Kind == FileOperationKind.Preallocate), 2, 6);
        await using var again = harness.Open(files.AfterKill(1));
        Assert.InRange(again.Replay().Count(), 5, 30);
        Assert.Empty(again.GetStatistics().Problems);
    }

    [Fact]
    public async Task A_payload_larger_than_a_file_gets_a_file_of_its_own()
    {
        harness.Options = harness.Options with { BoundBytes = 128L << 20 };
        var journal = harness.Reopen(files);
        Assert.Equal([true], harness.Append(journal, harness.Payload(100)));
        Assert.Equal([true], harness.Append(journal, harness.Payload(64 << 20)));
        Assert.Equal([true], harness.Append(journal, harness.Payload(100)));
        await journal.DisposeAsync();
        await using var again = harness.Reopen(files);
        harness.Release(again, harness.LastAcknowledged + 1);
        Assert.Equal([true, true], harness.Append(again, harness.Payload(100), harness.Payload(20_000)));
        harness.Release(again, harness.LastAcknowledged + 1);
        Assert.InRange(again.GetStatistics().FileBytes, 0, 1 << 20); // The large file is not kept as a spare.
    }

    [Fact]
    public async Task A_clean_stop_leaves_nothing_released_to_replay()
    {
        var journal = harness.Reopen(files);
        harness.Append(journal, harness.Payload(), harness.Payload(), harness.Payload());
        journal.Release(new JournalPosition(3));
        await journal.DisposeAsync();
        await using var again = harness.Open(files);
        Assert.Equal([3L], again.Replay().Select(record => record.Position.Sequence));
    }

    [Fact]
    public async Task The_released_position_reaches_the_disk_within_its_interval()
    {
        var journal = harness.Reopen(files);
        harness.Append(journal, harness.Payload(100), harness.Payload(100));
        journal.Release(new JournalPosition(3));
        harness.Time.Advance(harness.Options.CheckpointInterval);
        journal.WaitUntilIdle();
        files.CutPower();
        await journal.DisposeAsync();
        await using var again = harness.Open(files.AfterPowerCut(1, keep: false));
        Assert.Empty(again.Replay());
    }

    [Fact]
    public async Task Dispose_writes_what_waits_and_refuses_what_comes_later()
    {
        var journal = harness.Reopen(files);
        var waiting = journal.AppendAsync(harness.Payload(10), CancellationToken.None);
        await journal.DisposeAsync();
        Assert.Equal(1, (await waiting).Sequence);
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.AppendAsync(harness.Payload(10), default));
        await journal.DisposeAsync();
    }

    [Fact]
    public async Task Too_many_callers_are_refused()
    {
        harness.Options = harness.Options with { MaxWaiting = 3 };
        await using var journal = harness.Reopen(files);
        var waiting = Enumerable.Range(0, 3).Select(_ => journal.AppendAsync(harness.Payload(10), default).AsTask()).ToList();
        var failure = await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.AppendAsync(harness.Payload(10), default));
        Assert.True(failure.IsFull);
        harness.Time.Advance(harness.Options.MaxGroupDelay);
        await Task.WhenAll(waiting);
    }

    [Fact]
    public void A_newer_format_is_named_and_nothing_is_touched()
    {
        var journal = harness.Reopen(files);
        harness.Append(journal, harness.Payload(100));
        JournalHarness.Close(journal);
        string path = files.AllFiles().Single(file => file.EndsWith(".journal", StringComparison.Ordinal));
        byte[] bytes = files.ReadAll(path);
        Assert.True(JournalFileHeader.TryRead(bytes, out var header));
        var newer = header with { Version = 2 };
        newer.Write(bytes);
        newer.Write(bytes.AsSpan(JournalFormat.SecondCopyOffset));
        files.Put(path, bytes);
        var failure = Assert.Throws<InvalidDataException>(() => harness.Open(files));
        Assert.Contains("version 2", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("relative", 32 << 20, 1 << 30, "Directory")]
    [InlineData("/d", 100, 1 << 30, "FileBytes")]
    [InlineData("/d", 1 << 20, 1 << 10, "BoundBytes")]
    public void Options_out_of_range_are_named(string directory, long fileBytes, long boundBytes, string option)
    {
        harness.Options = new JournalOptions { Directory = directory, FileBytes = fileBytes, BoundBytes = boundBytes };
        Assert.Equal(option, Assert.Throws<ArgumentException>(() => harness.Open(files)).ParamName);
    }
}
