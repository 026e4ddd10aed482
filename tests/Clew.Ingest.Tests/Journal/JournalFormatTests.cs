using System.Buffers.Binary;
using Clew.Core.Model;
using Clew.Ingest.Intake;
using Clew.Ingest.Journal;
using Clew.Testing.Files;

namespace Clew.Ingest.Tests.Journal;

/// <summary>A file of every released format version is kept under data/ and stays readable.</summary>
public class JournalFormatTests
{
    [Fact]
    public void Version_1_is_read()
    {
        string data = Path.Combine(RepositoryRoot(), "tests", "Clew.Ingest.Tests", "Journal", "data", "v1");
        var files = new FaultyFileLayer(1);
        files.CreateDirectory(JournalHarness.Folder);
        foreach (string path in Directory.GetFiles(data))
        {
            files.Put(Path.Combine(JournalHarness.Folder, Path.GetFileName(path)), File.ReadAllBytes(path));
        }
        var journal = new JournalHarness(1).Open(files);
        var records = journal.Replay().Select(record => (record, Payload: record.Payload.ToArray())).ToList();
        Assert.Empty(journal.GetStatistics().Problems);
        // Six records, a millisecond apart, of 100 times their number of bytes were written, and the first two released.
        Assert.Equal([3L, 4L, 5L, 6L], records.Select(entry => entry.record.Position.Sequence));
        foreach (var (record, payload) in records)
        {
            Assert.Equal(VersionOnePayload(record.Position.Sequence), payload);
            Assert.Equal(record.Position.Sequence % 2 == 0 ? "acme" : "default", record.Tenant.Name);
            Assert.Equal(record.Position.Sequence == 5 ? PayloadFormat.OtlpTracesJson : PayloadFormat.OtlpTracesProtobuf, record.Format);
            Assert.Equal(1_767_225_600_000_000_000UL + (((ulong)record.Position.Sequence - 1) * 1_000_000), record.Time);
        }
        JournalHarness.Close(journal);
    }

    /// <summary>Writes the data of the present version where the variable names a directory; run by hand for a new version.</summary>
    [Fact]
    public void Writes_the_present_version()
    {
        var harness = new JournalHarness(1);
        harness.Options = harness.Options with { FileBytes = JournalOptions.MinFileBytes };
        var files = new FaultyFileLayer(1);
        var journal = harness.Reopen(files);
        for (int i = 1; i <= 6; i++)
        {
            var tenant = i % 2 == 0 ? new Tenant("acme") : Tenant.Default;
            var format = i == 5 ? PayloadFormat.OtlpTracesJson : PayloadFormat.OtlpTracesProtobuf;
            Assert.Equal([true], harness.Append(journal, new IngestPayload(tenant, format, VersionOnePayload(i))));
        }
        journal.Release(new JournalPosition(3));
        JournalHarness.Close(journal);
        Assert.Equal(2, files.AllFiles().Count);
        if (Environment.GetEnvironmentVariable("CLEW_WRITE_JOURNAL_DATA") is { Length: > 0 } target)
        {
            foreach (string path in files.AllFiles())
            {
                File.WriteAllBytes(Path.Combine(target, Path.GetFileName(path)), files.ReadAll(path));
            }
        }
    }

    /// <summary>The layout page's figures, byte by byte: a change of the layout shows here.</summary>
    [Fact]
    public void Header_bytes_lie_where_the_page_says()
    {
        byte[] file = new byte[JournalFormat.FileHeaderBytes];
        new JournalFileHeader(1, 2, 3, 4, 5, 6).Write(file);
        Assert.Equal("CLEWJRNL"u8, file.AsSpan(0, 8));
        Assert.Equal(1, BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8)));
        Assert.Equal([2L, 3, 4, 5, 6], Enumerable.Range(2, 5).Select(i => BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(i * 8))));

        var header = new JournalRecordHeader(JournalRecordKind.Payload, 7, 8, 9, PayloadFormat.OtlpTracesJson, 4, 10, 11);
        byte[] record = new byte[header.PrefixBytes];
        "acme"u8.CopyTo(record.AsSpan(48));
        header.Write(record, seed: 12);
        Assert.Equal("CLWr"u8, record.AsSpan(0, 4));
        Assert.Equal([7L, 8, 9], Enumerable.Range(1, 3).Select(i => BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(i * 8))));
        Assert.Equal(10, BinaryPrimitives.ReadInt32LittleEndian(record.AsSpan(32)));
        Assert.Equal(11u, BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(36)));
        Assert.Equal([1, 1, 2, 4], record[40..44]);
        Assert.Equal(56, record.Length);
        Assert.True(JournalRecordHeader.TryRead(record, 12, out var read));
        Assert.Equal(header, read);
        Assert.False(JournalRecordHeader.TryRead(record, 13, out _)); // Another file's seed.
    }

    private static byte[] VersionOnePayload(long sequence) => [.. Enumerable.Range(0, (int)sequence * 100).Select(i => (byte)(i * sequence))];

    private static string RepositoryRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Clew.slnx")))
        {
            directory = Path.GetDirectoryName(directory);
        }
        return directory ?? throw new InvalidOperationException("Not within the repository.");
    }
}
