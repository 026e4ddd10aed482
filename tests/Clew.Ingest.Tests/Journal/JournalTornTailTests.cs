using Clew.Ingest.Journal;
using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Journal;

/// <summary>The end of a file after a crash: cut and said so with its bytes; damage before it said so by name.</summary>
public class JournalTornTailTests
{
    private const int RecordBytes = JournalFormat.RecordHeaderBytes + 32 + 104; // The longest tenant of the harness and 100 bytes, padded.

    private readonly JournalHarness harness = new(3);
    private readonly FaultyFileLayer files = new(3);

    [Fact]
    public void A_torn_end_is_cut_and_reported_with_its_bytes()
    {
        string path = Append(out var offsets, 3);
        files.Flip(path, offsets[2] + JournalFormat.RecordHeaderBytes + 60, 1);

        var journal = harness.Open(files);
        Assert.Equal([1L, 2L], journal.Replay().Select(record => record.Position.Sequence));
        string problem = Assert.Single(journal.GetStatistics().Problems);
        Assert.Equal($"A torn end of {offsets[3] - offsets[2]} bytes was cut from '{path}' at byte {offsets[2]}; nothing in it had been synced.", problem);
    }

    [Fact]
    public void An_invalid_record_before_a_valid_one_is_corruption_and_the_rest_is_read()
    {
        string path = Append(out var offsets, 4);
        files.Flip(path, offsets[1] + 20, 1);
        byte[] damaged = files.ReadAll(path);

        var journal = harness.Open(files);
        Assert.Equal([1L, 3L, 4L], journal.Replay().Select(record => record.Position.Sequence));
        string problem = Assert.Single(journal.GetStatistics().Problems);
        Assert.StartsWith($"Corruption in '{path}' at byte {offsets[1]}: records 2 to 2 are damaged", problem, StringComparison.Ordinal);

        // The damaged file is kept as it was, under another name, when its records are not needed any more.
        harness.Needed.Clear();
        harness.Append(journal, harness.Payload(100));
        harness.Release(journal, harness.LastAcknowledged);
        Assert.DoesNotContain(path, files.AllFiles());
        Assert.Equal(damaged, files.ReadAll(path.Replace(".journal", ".damaged", StringComparison.Ordinal)));
        JournalHarness.Close(journal);
    }

    [Fact]
    public void The_last_record_of_a_journal_that_was_closed_cannot_be_torn()
    {
        string path = Append(out var offsets, 3, close: true);
        files.Flip(path, offsets[2] + 20, 1);
        var journal = harness.Open(files);
        Assert.Equal(2, journal.Replay().Count());
        Assert.StartsWith("Corruption", Assert.Single(journal.GetStatistics().Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void One_bad_header_copy_costs_nothing()
    {
        string path = Append(out _, 3);
        files.Flip(path, 17, 1);
        var journal = harness.Open(files);
        Assert.Equal(3, journal.Replay().Count());
        Assert.Contains("one copy of its header", Assert.Single(journal.GetStatistics().Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_said_so_and_the_others_are_read()
    {
        var journal = harness.Reopen(files);
        for (int i = 0; i < 30; i++)
        {
            harness.Append(journal, harness.Payload(2000));
        }
        JournalHarness.Close(journal);
        string bad = files.AllFiles().Where(file => file.EndsWith(".journal", StringComparison.Ordinal)).ElementAt(1);
        int reads = 0;
        files.Refuse = operation => operation.Kind == FileOperationKind.Read && operation.Path == bad && ++reads > 1 ? DiskErrors.InputOutput() : null;
        var again = harness.Open(files);
        Assert.InRange(again.Replay().Count(), 15, 29);
        Assert.Contains(again.GetStatistics().Problems, problem => problem.Contains(bad, StringComparison.Ordinal) && problem.Contains("Input/output", StringComparison.Ordinal));
    }

    /// <summary>Appends records one by one and ends without a word, or closes; gives the file and where each record begins and the last ends.</summary>
    private string Append(out List<int> offsets, int count, bool close = false)
    {
        var journal = harness.Reopen(files);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal([true], harness.Append(journal, harness.Payload(100)));
        }
        string path = files.AllFiles().Single(file => file.EndsWith(".journal", StringComparison.Ordinal));
        if (!close)
        {
            files.CutPower(); // So that closing leaves no trace.
        }
        JournalHarness.Close(journal);
        files.PowerOn();

        offsets = [JournalFormat.FirstRecordOffset];
        byte[] content = files.ReadAll(path);
        Assert.True(JournalFileHeader.TryRead(content, out var header));
        while (JournalRecordHeader.TryRead(content.AsSpan(offsets[^1]), header.Seed, out var record) && record.Kind == JournalRecordKind.Payload)
        {
            Assert.InRange(record.TotalBytes, 1, RecordBytes);
            offsets.Add(offsets[^1] + (int)record.TotalBytes);
        }
        Assert.Equal(count + 1, offsets.Count);
        return path;
    }
}
