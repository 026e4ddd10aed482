using System.Buffers;
using System.Globalization;
using Clew.Core.Encodings;
using Clew.Core.Files;
using Clew.Storage;

namespace Clew.Ingest.Sampling.Decisions;

/// <summary>
/// Writes down what each append decided before the append takes place, with the append's number: it counts if the append does
/// (docs/adr/0013-sampling.md).
/// </summary>
/// <remarks>
/// <para>One file at a time. It begins with the whole memory and is begun anew when it is several times that long, so it is bounded by the
/// memory. Nothing is written, and no file is made, while nothing is sampled.</para>
/// <para>A record counts where the next one says that its append took place; the last one where the span store says so. An append that did
/// not take place takes its record back; where its end is not known the next append writes a record in any case.</para>
/// <para>Failure policy: what cannot be written refuses the append. After a failure the file is left as it is and the next record begins a
/// new one. A file that cannot be read is told of and left out: late spans are then decided anew.</para>
/// <para>Belongs to the assembler's turn.</para>
/// </remarks>
internal sealed class DecisionLog : IDisposable
{
    private const string Prefix = "decisions-";
    private const string Suffix = ".log";
    private const string NewSuffix = ".tmp";
    private const long LeastTurn = 4 << 20;

    private readonly IFileLayer files;
    private readonly string root;
    private readonly DecisionMemory memory;
    private readonly ArrayBufferWriter<byte> buffer = new();
    private readonly List<string> problems = [];
    private IDataFile? open;
    private long number;
    private long length;
    private long turnAt;
    private AppendId last; // that took place
    private long pending; // place of the last record, while it may be taken back

    private DecisionLog(IFileLayer files, string root, DecisionMemory memory)
    {
        this.files = files;
        this.root = root;
        this.memory = memory;
    }

    /// <summary>What was found wrong at the start, one sentence each.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Bytes of the file.</summary>
    public long Bytes => Interlocked.Read(ref length);

    /// <summary>True where it is not known how an append with a record ended: the next one writes a record in any case.</summary>
    public bool OwesRecord { get; private set; }

    /// <summary>Opens a directory and fills the memory from it.</summary>
    /// <param name="files">The files.</param>
    /// <param name="root">The directory; made with the first record.</param>
    /// <param name="memory">An empty memory.</param>
    /// <param name="lastAppend">The span store's last append; null where it does not know.</param>
    /// <param name="since">Decisions before then are too old. Unix seconds.</param>
    public static DecisionLog Open(IFileLayer files, string root, DecisionMemory memory, AppendId? lastAppend, long since)
    {
        var log = new DecisionLog(files, root, memory);
        try
        {
            log.Recover(lastAppend, since);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.problems.Add($"Sampling decisions of earlier runs cannot be read: {failure.Message}");
        }
        return log;
    }

    /// <summary>Writes down what an append decided. When it returns that is durable.</summary>
    /// <exception cref="IOException">The system refuses; the append must not take place.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Write(AppendId append, DecisionRecord record)
    {
        OwesRecord = true; // whatever happens from here on, until it is known how the append ended
        try
        {
            if (open is null || length >= turnAt)
            {
                Begin();
            }
            buffer.ResetWrittenCount();
            long place = length;
            Put(buffer, place, append, last, record);
            pending = place;
            open!.Write(buffer.WrittenSpan, place);
            open.Sync();
            Interlocked.Exchange(ref length, place + buffer.WrittenCount);
        }
        catch
        {
            Drop();
            throw;
        }
    }

    /// <summary>Writes down what was decided without an append: it counts in any case. When it returns that is durable.</summary>
    /// <exception cref="IOException">The system refuses; it may count after a restart all the same.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Write(DecisionRecord record)
    {
        Write(AppendId.None, record);
        OwesRecord = false; // it names the last append that took place
    }

    /// <summary>The append took place.</summary>
    public void Commit(AppendId append)
    {
        last = append;
        OwesRecord = false;
    }

    /// <summary>The append did not take place: its record is taken back.</summary>
    public void Abandon()
    {
        if (open is null)
        {
            return;
        }
        try
        {
            open.SetLength(pending);
            open.Sync();
            Interlocked.Exchange(ref length, pending);
            OwesRecord = false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Drop(); // still owed: the next record says that it did not
        }
    }

    public void Dispose() => Drop();

    private void Drop()
    {
        open?.Dispose();
        open = null;
    }

    /// <summary>Begins a file with the whole memory.</summary>
    private void Begin()
    {
        files.CreateDirectory(root);
        buffer.ResetWrittenCount();
        DecisionLogFormat.WriteFileHeader(buffer.GetSpan(DecisionLogFormat.FileHeaderLength));
        buffer.Advance(DecisionLogFormat.FileHeaderLength);
        var state = new DecisionRecord { Time = long.MaxValue >> 8 };
        foreach (var (trace, code) in memory.Decisions)
        {
            state.Add(trace, code);
        }
        Put(buffer, buffer.WrittenCount, AppendId.None, last, state);
        foreach (var (newest, spans) in memory.Dropped)
        {
            state.Clear();
            state.Newest = newest;
            state.AddDropped(spans);
            Put(buffer, buffer.WrittenCount, AppendId.None, last, state);
        }
        string name = Name(number + 1);
        string path = Path.Combine(root, name);
        using (var file = files.Open(path + NewSuffix, DataFileMode.Create))
        {
            file.Write(buffer.WrittenSpan, 0);
            file.Sync();
        }
        files.Rename(path + NewSuffix, path);
        files.SyncDirectory(root);
        Drop();
        long before = number++;
        open = files.Open(path, DataFileMode.ReadWrite);
        Interlocked.Exchange(ref length, buffer.WrittenCount);
        turnAt = Math.Max(LeastTurn, 3 * length);
        Delete(Name(before));
    }

    private static void Put(ArrayBufferWriter<byte> to, long place, AppendId append, AppendId before, DecisionRecord record)
    {
        int header = to.WrittenCount;
        to.GetSpan(DecisionLogFormat.RecordHeaderLength);
        to.Advance(DecisionLogFormat.RecordHeaderLength);
        record.Write(to);
        var written = System.Runtime.InteropServices.MemoryMarshal.AsMemory(to.WrittenMemory).Span[header..];
        DecisionLogFormat.WriteRecordHeader(
            written, place, append, before, written[DecisionLogFormat.RecordHeaderLength..]);
    }

    private void Recover(AppendId? lastAppend, long since)
    {
        if (!files.ListDirectories(Path.GetDirectoryName(root)!).Contains(Path.GetFileName(root)))
        {
            return;
        }
        var names = files.ListFiles(root);
        foreach (string name in names)
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)
                && long.TryParse(name.AsSpan()[Prefix.Length..^Suffix.Length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long found))
            {
                number = Math.Max(number, found);
            }
        }
        foreach (string name in names.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name != Name(number)))
        {
            Delete(name);
        }
        if (number == 0)
        {
            return;
        }
        byte[] bytes;
        using (var file = files.Open(Path.Combine(root, Name(number)), DataFileMode.Read))
        {
            bytes = new byte[file.Length];
            file.Read(bytes, 0);
        }
        Interlocked.Exchange(ref length, bytes.Length);
        Read(bytes, lastAppend, since);
    }

    private void Read(ReadOnlySpan<byte> bytes, AppendId? lastAppend, long since)
    {
        if (!DecisionLogFormat.IsFileHeader(bytes))
        {
            problems.Add($"The log of sampling decisions {Name(number)} is damaged: what it says is left out.");
            return;
        }
        DecisionRecord? newest = null;
        AppendId newestAppend = default;
        int place = DecisionLogFormat.FileHeaderLength;
        while (TryRead(bytes, place, out var append, out var before, out var record, out int next))
        {
            if (newest is not null && (before >= newestAppend || newestAppend == lastAppend))
            {
                Take(newest, since);
                last = newestAppend;
            }
            newest = record;
            newestAppend = append;
            last = before > last ? before : last;
            if (append == AppendId.None)
            {
                Take(record, since);
                newest = null;
            }
            place = next;
        }
        if (newest is not null && (lastAppend is null || newestAppend <= lastAppend))
        {
            Take(newest, since);
            last = newestAppend;
        }
        else if (newest is not null)
        {
            OwesRecord = true; // it must not be the last one when later appends have taken place
        }
        for (int later = place + 1; later < bytes.Length; later++)
        {
            if (TryRead(bytes, later, out _, out _, out _, out _))
            {
                problems.Add($"The log of sampling decisions {Name(number)} is damaged at byte {place}: what it says after that is left out.");
                return;
            }
        }
    }

    private static bool TryRead(
        ReadOnlySpan<byte> bytes, int place, out AppendId append, out AppendId before, out DecisionRecord record, out int next)
    {
        record = new DecisionRecord();
        next = place;
        if (!DecisionLogFormat.TryReadRecordHeader(bytes[place..], place, out append, out before, out int size, out uint checksum)
            || size > bytes.Length - place - DecisionLogFormat.RecordHeaderLength)
        {
            return false;
        }
        var content = bytes.Slice(place + DecisionLogFormat.RecordHeaderLength, size);
        if (Crc32C.Of(content) != checksum)
        {
            return false;
        }
        record = DecisionRecord.Read(content);
        next = place + DecisionLogFormat.RecordHeaderLength + size;
        return true;
    }

    private void Take(DecisionRecord record, long since)
    {
        if (record.Time >= since)
        {
            foreach (var (trace, code) in record.Decisions)
            {
                memory.Add(trace, code);
            }
        }
        memory.AddDropped([.. record.Dropped], record.Newest);
    }

    private void Delete(string name)
    {
        try
        {
            files.Delete(Path.Combine(root, name));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next start removes it.
        }
    }

    private static string Name(long number) => $"{Prefix}{number.ToString("x8", CultureInfo.InvariantCulture)}{Suffix}";
}
