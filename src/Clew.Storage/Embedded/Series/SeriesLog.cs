using Clew.Core.Files;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// Writes the log: what each append will add to the series, durable before the append begins. State; under the store's lock.
/// </summary>
/// <remarks>
/// <para>Files hold some minutes each: a fold begins a new one and the old ones go once everything in them is in blocks, or void.
/// Bounded by the memory that what is not folded takes.</para>
/// <para>Failure policy: after a failed write or sync nothing is assumed about the file's end; it is left as it is and the next record goes
/// into a new file. Earlier records of the file were synced and stay.</para>
/// </remarks>
internal sealed class SeriesLog : IDisposable
{
    private readonly IFileLayer files;
    private readonly string root;
    private readonly Func<long> nextNumber;
    private readonly List<SeriesLogFile> kept;
    private long bytes;
    private IDataFile? open;
    private SeriesLogFile? current;
    private (AppendId Append, long Place, AppendId Before)? newest; // the last record, while it may still be taken back
    private byte[] buffer = [];

    /// <param name="files">The files.</param>
    /// <param name="root">The store's directory, absolute.</param>
    /// <param name="nextNumber">Gives a number that no file has.</param>
    /// <param name="kept">Files of earlier processes.</param>
    public SeriesLog(IFileLayer files, string root, Func<long> nextNumber, IEnumerable<SeriesLogFile> kept)
    {
        this.files = files;
        this.root = root;
        this.nextNumber = nextNumber;
        this.kept = [.. kept];
        bytes = this.kept.Sum(file => file.Length);
    }

    /// <summary>Bytes of all files; may be asked from any thread.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Writes a record. When it returns the record is durable.</summary>
    /// <exception cref="IOException">The system refuses. The record counts for nothing: its number must not be used for an append.</exception>
    public void Append(AppendId append, AppendId previous, ReadOnlySpan<byte> delta)
    {
        bool isNew = open is null;
        long number = isNew ? nextNumber() : current!.Number;
        long place = isNew ? SeriesLogFormat.FileHeaderLength : current!.Length;
        int header = isNew ? SeriesLogFormat.FileHeaderLength : 0;
        int length = header + SeriesLogFormat.RecordHeaderLength + delta.Length;
        if (buffer.Length < length)
        {
            buffer = new byte[Math.Max(length, buffer.Length * 2)];
        }
        if (isNew)
        {
            SeriesLogFormat.WriteFileHeader(buffer);
        }
        SeriesLogFormat.WriteRecordHeader(buffer.AsSpan(header), number, place, append, previous, delta);
        delta.CopyTo(buffer.AsSpan(header + SeriesLogFormat.RecordHeaderLength));
        try
        {
            if (isNew)
            {
                open = files.Open(Path.Combine(root, SeriesPaths.Log(number)), DataFileMode.Create);
                current = new SeriesLogFile(number);
                kept.Add(current);
            }
            open!.Write(buffer.AsSpan(0, length), place - header);
            open.Sync();
            if (isNew)
            {
                files.SyncDirectory(root);
            }
        }
        catch
        {
            Rotate();
            throw;
        }
        newest = (append, place, current!.Last);
        current.Length = place - header + length;
        current.Last = append;
        Count();
    }

    /// <summary>
    /// Takes the last record back, because its append will never be found done: the next one is written over it. What cannot be taken
    /// back stays and counts for nothing.
    /// </summary>
    public void Void(AppendId append)
    {
        if (newest is not { } record || record.Append != append || open is null)
        {
            return;
        }
        try
        {
            open.SetLength(record.Place);
            current!.Length = record.Place;
            current.Last = record.Before;
            newest = null;
            Count();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Rotate();
        }
    }

    /// <summary>The next record goes into a new file.</summary>
    public void Rotate()
    {
        open?.Dispose();
        open = null;
        current = null;
        newest = null;
    }

    /// <summary>Number of the oldest file that holds more than was folded; the next file's where there is none.</summary>
    public long FirstNeeded(AppendId folded, long next) =>
        kept.Where(file => file.Last > folded).Select(file => file.Number).DefaultIfEmpty(next).Min();

    /// <summary>Deletes the files before that one. What cannot be deleted the next start removes.</summary>
    public void DeleteBefore(long number)
    {
        foreach (var file in kept.Where(file => file.Number < number && file != current).ToList())
        {
            kept.Remove(file);
            try
            {
                files.Delete(Path.Combine(root, SeriesPaths.Log(file.Number)));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Not named by the manifest any more.
            }
        }
        Count();
    }

    public void Dispose() => Rotate();

    private void Count() => Interlocked.Exchange(ref bytes, kept.Sum(file => file.Length));
}
