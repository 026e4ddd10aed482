using System.Buffers.Binary;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Ingest.Intake;
using Clew.Ingest.Journal;
using Clew.Testing.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Ingest.Tests.Journal;

/// <summary>A journal in small files, with an outside record of what was sent, acknowledged and released.</summary>
internal sealed class JournalHarness(int seed)
{
    public const string Folder = "/data/journal";

    private static readonly Tenant[] Tenants = [Tenant.Default, new("a"), new("a-tenant-with-a-longer-name")];

    private readonly Random random = new(seed);
    private readonly Dictionary<long, IngestPayload> sent = [];
    private readonly HashSet<long> acknowledgedIds = [];
    private readonly List<(long Sequence, long Id)> adopted = [];
    private long lastId;

    /// <summary>Acknowledged and not released.</summary>
    public SortedDictionary<long, IngestPayload> Needed { get; } = [];

    public long Released { get; private set; } = 1;

    public long LastAcknowledged { get; private set; }

    /// <summary>
    /// False where syncs fail: what a failed one lost may still be read until the power goes, so that having replayed an
    /// unacknowledged record does not say that it is on disk.
    /// </summary>
    public bool SyncsHold { get; set; } = true;

    public ManualTime Time { get; } = new();

    public JournalOptions Options { get; set; } = new()
    {
        Directory = Folder,
        FileBytes = 16 << 10,
        BoundBytes = 1 << 20,
        MaxSpareFiles = 2,
        PrepareAhead = false, // One thread at the files: an operation's number says which one it is.
        MaxGroupDelay = TimeSpan.FromMilliseconds(1),
    };

    public Clew.Ingest.Journal.Journal Open(IFileLayer files) =>
        Clew.Ingest.Journal.Journal.Open(Options, files, Time, NullLogger<Clew.Ingest.Journal.Journal>.Instance);

    public static void Close(Clew.Ingest.Journal.Journal journal) => journal.DisposeAsync().AsTask().Wait();

    /// <summary>Opens and checks what is replayed.</summary>
    public Clew.Ingest.Journal.Journal Reopen(IFileLayer files)
    {
        var journal = Open(files);
        Check(journal);
        if (SyncsHold && files is not FaultyFileLayer { IsOff: true })
        {
            Adopt();
        }
        return journal;
    }

    /// <summary>A payload that names itself in its first eight bytes; the rest is random, sometimes like the journal's own bytes.</summary>
    public IngestPayload Payload(int? length = null)
    {
        byte[] bytes = new byte[Math.Max(8, length ?? Length())];
        random.NextBytes(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, ++lastId);
        if (bytes.Length > 64 && random.Next(3) == 0)
        {
            "CLWr"u8.CopyTo(bytes.AsSpan(16));
            "CLWr"u8.CopyTo(bytes.AsSpan(40));
        }
        var payload = new IngestPayload(Tenants[random.Next(Tenants.Length)], (PayloadFormat)random.Next(1, 3), bytes);
        sent.Add(lastId, payload);
        return payload;
    }

    /// <summary>Appends payloads as one group; true for each that was acknowledged.</summary>
    public bool[] Append(Clew.Ingest.Journal.Journal journal, params IngestPayload[] payloads)
    {
        var tasks = payloads.Select(payload => journal.AppendAsync(payload, CancellationToken.None).AsTask()).ToList();
        Time.Advance(Options.MaxGroupDelay);
        return [.. tasks.Select((task, i) => Acknowledged(task, payloads[i]))];
    }

    public void Release(Clew.Ingest.Journal.Journal journal, long oldestNeeded)
    {
        Released = Math.Max(Released, oldestNeeded);
        foreach (long sequence in Needed.Keys.Where(sequence => sequence < oldestNeeded).ToList())
        {
            Needed.Remove(sequence);
        }
        journal.Release(new JournalPosition(oldestNeeded));
        journal.WaitUntilIdle();
    }

    /// <summary>
    /// Replays and checks: all that was acknowledged and not released is there, once, in order, unchanged; whatever else is there was
    /// sent once and not acknowledged, or was released.
    /// </summary>
    /// <returns>Acknowledged and needed records that are not there.</returns>
    public List<long> Check(Clew.Ingest.Journal.Journal journal, bool allMustBeThere = true)
    {
        var missing = new HashSet<long>(Needed.Keys);
        var seen = new HashSet<long>();
        long last = 0;
        adopted.Clear();
        foreach (var record in journal.Replay())
        {
            long sequence = record.Position.Sequence;
            Assert.True(sequence > last, $"Record {sequence} came behind {last}.");
            last = sequence;
            long id = BinaryPrimitives.ReadInt64LittleEndian(record.Payload);
            Assert.True(sent.TryGetValue(id, out var payload), $"Record {sequence} was never sent.");
            Assert.True(seen.Add(id), $"Record {sequence} came twice.");
            Assert.True(payload.Bytes.Span.SequenceEqual(record.Payload), $"Record {sequence} has changed.");
            Assert.Equal(payload.Tenant, record.Tenant);
            Assert.Equal(payload.Format, record.Format);
            if (!missing.Remove(sequence))
            {
                Assert.True(sequence < Released || !acknowledgedIds.Contains(id), $"Record {sequence} holds what was acknowledged under another number.");
                if (sequence >= Released)
                {
                    adopted.Add((sequence, id));
                }
            }
            else
            {
                Assert.Equal(Needed[sequence], payload);
            }
        }
        if (allMustBeThere)
        {
            Assert.Empty(missing);
        }
        return [.. missing];
    }

    public int Length() => random.Next(20) switch
    {
        0 => 8,
        1 => random.Next(16_000, 40_000),
        < 12 => random.Next(8, 300),
        _ => random.Next(300, 5000),
    };

    /// <summary>What was replayed is synced by then: it is in the journal from now on, as if its acknowledgement had been lost.</summary>
    private void Adopt()
    {
        foreach (var (sequence, id) in adopted)
        {
            Needed[sequence] = sent[id];
            acknowledgedIds.Add(id);
        }
    }

    private bool Acknowledged(Task<JournalPosition> task, IngestPayload payload)
    {
        try
        {
            long sequence = task.WaitAsync(TimeSpan.FromSeconds(30)).GetAwaiter().GetResult().Sequence;
            Assert.True(sequence > LastAcknowledged, "Numbers grow.");
            Assert.False(Needed.ContainsKey(sequence), "A number is given once.");
            LastAcknowledged = sequence;
            Needed.Add(sequence, payload);
            acknowledgedIds.Add(BinaryPrimitives.ReadInt64LittleEndian(payload.Bytes.Span));
            return true;
        }
        catch (JournalUnavailableException)
        {
            return false;
        }
    }
}
