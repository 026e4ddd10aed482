using System.Text;
using Clew.Core.Model;

namespace Clew.Ingest.Journal;

/// <summary>Reads the files in order and tells a torn end from damage.</summary>
/// <remarks>
/// Per file, records follow each other from <see cref="JournalFormat.FirstRecordOffset"/> to an end mark.
/// 1. A record whose number is that of the next file's first, or greater, is void: it was refused, and the number given anew.
/// 2. Where neither a record nor an end mark lies, the rest of the file is searched for records that are valid.
/// 3. It is damage if the missing record is known to have been synced: a later record, a later file or the checkpoint says so.
///    Otherwise a crash interrupted a write that was never acknowledged: it is cut.
/// 4. In both cases what can be read behind it is given: it may have been acknowledged.
/// Used by one thread; <see cref="Next"/> is called until it returns false.
/// </remarks>
internal sealed class JournalReplay(JournalFileSet files, JournalCheckpoint checkpoint, JournalProblems problems)
{
    private int index = -1;
    private Clew.Core.Files.IDataFile? file;
    private JournalFileReader? reader;
    private byte[] window = [];
    private long offset;
    private Tenant tenant = Tenant.Default;

    /// <summary>The number the next record is expected to have, and will have when it is appended.</summary>
    public long Expected { get; private set; } = checkpoint.Released;

    /// <summary>The last record that is known to be synced.</summary>
    public long Synced { get; private set; } = checkpoint.Synced;

    /// <summary>The last record before the first cut, where there was one.</summary>
    public long Unbroken { get; private set; } = long.MaxValue;

    /// <summary>Bytes of the record that <see cref="Next"/> gave last.</summary>
    public long RecordBytes { get; private set; }

    /// <summary>Reads the next record that is not released.</summary>
    public bool Next(out JournalRecord record)
    {
        while (true)
        {
            if (reader is null && !OpenNext())
            {
                record = default;
                return false;
            }
            try
            {
                if (NextOfFile(out record))
                {
                    return true;
                }
            }
            catch (IOException failure)
            {
                files.Live[index].IsDamaged = true;
                problems.Corrupt(Path, offset, $"it cannot be read from there on ({failure.Message})");
            }
            Close();
        }
    }

    /// <summary>Closes what is open.</summary>
    public void Close()
    {
        window = reader?.Window ?? window;
        reader = null;
        file?.Dispose();
        file = null;
    }

    private string Path => files.PathOf(files.Live[index].Name);

    /// <summary>Records of this file from here on are void.</summary>
    private long Limit => index + 1 < files.Live.Count ? files.Live[index + 1].FirstSequence : long.MaxValue;

    private bool OpenNext()
    {
        while (++index < files.Live.Count)
        {
            var next = files.Live[index];
            if (next.Header is not { } header)
            {
                continue; // Reported when it was found; the next file tells what was lost with it.
            }
            Synced = Math.Max(Synced, header.SyncedSequence);
            NoteGap(header);
            if (Limit <= checkpoint.Released)
            {
                continue;
            }
            file = files.OpenForReading(next);
            if (window.Length == 0)
            {
                window = new byte[Math.Min(1 << 20, next.Length)];
            }
            reader = new JournalFileReader(file, header.Seed, window);
            offset = JournalFormat.FirstRecordOffset;
            atInFile = header.FirstSequence;
            return true;
        }
        if (Expected <= checkpoint.Synced)
        {
            problems.Corrupt(files.PathOf(JournalFormat.CheckpointName), 0, $"records {Expected} to {checkpoint.Synced}, which it knows of, are not there");
        }
        Expected = Math.Max(Expected, checkpoint.Synced + 1);
        files.NameFirstOfUnreadable(Expected);
        return false;
    }

    /// <summary>The number the record at <see cref="offset"/> should have; may lie before <see cref="Expected"/>.</summary>
    private long atInFile;

    private void NoteGap(JournalFileHeader header)
    {
        if (header.FirstSequence <= Expected)
        {
            return;
        }
        if (checkpoint.IsDamaged && Expected == checkpoint.Released)
        {
            // The part of the checkpoint that is lost, and reported, may have said that they were released.
        }
        else if (header.SyncedSequence >= Expected)
        {
            problems.Corrupt(Path, 0, $"records {Expected} to {header.FirstSequence - 1}, which lay before this file, are not there");
        }
        else
        {
            problems.Lost(Path, Expected, header.FirstSequence - 1);
        }
        Expected = header.FirstSequence;
    }

    private bool NextOfFile(out JournalRecord record)
    {
        record = default;
        while (atInFile < Limit)
        {
            if (!reader!.TryRead(offset, out var header, out var prefix, out var payload) || header.Sequence != atInFile)
            {
                if (!SkipDamage(header))
                {
                    return false;
                }
                continue;
            }
            Synced = Math.Max(Synced, header.SyncedSequence);
            if (header.Kind == JournalRecordKind.End)
            {
                return false;
            }
            offset += header.TotalBytes;
            atInFile++;
            if (header.Sequence < checkpoint.Released)
            {
                continue;
            }
            Expected = atInFile;
            RecordBytes = header.TotalBytes;
            record = new JournalRecord(
                new JournalPosition(header.Sequence), header.Time, TenantOf(prefix, header.TenantBytes), header.Format, payload);
            return true;
        }
        return false;
    }

    /// <summary>Goes to the next valid record behind something invalid and reports the hole; false where there is none in this file.</summary>
    private bool SkipDamage(JournalRecordHeader damaged)
    {
        bool known = damaged.Kind != 0 && damaged.Sequence == atInFile;
        long from = known ? Math.Min(reader!.Length, offset + damaged.TotalBytes) : offset + JournalFormat.Alignment;
        long found = -1, foundSequence = 0, synced = LaterSynced();
        for (long at = reader!.FindMagic(from); at < reader.Length;)
        {
            if (reader.TryRead(at, out var header, out _, out _) && header.Sequence >= atInFile && header.Sequence <= Limit)
            {
                synced = Math.Max(synced, header.SyncedSequence);
                if (found < 0)
                {
                    (found, foundSequence) = (at, header.Sequence);
                }
                at = reader.FindMagic(at + header.TotalBytes);
            }
            else
            {
                at = reader.FindMagic(at + JournalFormat.Alignment);
            }
        }
        long missingTo = found >= 0 ? foundSequence - 1 : Math.Max(atInFile, Math.Min(synced, Limit - 1));
        if (synced >= atInFile)
        {
            files.Live[index].IsDamaged = true;
            problems.Corrupt(Path, offset, missingTo < atInFile
                ? $"something invalid lies before record {atInFile}"
                : $"records {atInFile} to {missingTo} are damaged; {(found >= 0 ? "those behind them were read" : "nothing behind them in this file can be read")}");
        }
        else
        {
            Unbroken = Math.Min(Unbroken, atInFile - 1);
            problems.Cut(Path, offset, (found >= 0 ? found : Math.Max(from, offset + JournalFormat.RecordHeaderBytes)) - offset);
        }
        if (synced >= atInFile)
        {
            Expected = Math.Max(Expected, missingTo + 1); // Its number is not given again, and the gap not reported again.
        }
        if (found < 0)
        {
            return false;
        }
        (offset, atInFile) = (found, foundSequence);
        return true;
    }

    /// <summary>
    /// The last record of this file known to be synced by what lies outside of it: the next file's word, of the last file the
    /// checkpoint's. (Later ones count on from a cut, which is not to become damage when it is read again.)
    /// </summary>
    private long LaterSynced() =>
        index + 1 < files.Live.Count ? files.Live[index + 1].Header?.SyncedSequence ?? 0 : checkpoint.Synced;

    private Tenant TenantOf(ArraySegment<byte> prefix, int tenantBytes)
    {
        string name = Encoding.ASCII.GetString(prefix.AsSpan(JournalFormat.RecordHeaderBytes, tenantBytes));
        return tenant = name == tenant.Name ? tenant : new Tenant(name);
    }
}
