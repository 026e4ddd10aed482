using Clew.Core.Files;

namespace Clew.Ingest.Journal;

/// <summary>The files of the journal's directory: those in use, oldest first, and the spare ones.</summary>
/// <remarks>
/// Used by one thread at a time. Bounded by the journal's bound (files in use), <see cref="JournalOptions.MaxSpareFiles"/> and
/// <see cref="MaxDamagedFiles"/>.
/// </remarks>
internal sealed class JournalFileSet
{
    /// <summary>Damaged files kept for whoever wants to look into them; beyond that the oldest goes.</summary>
    public const int MaxDamagedFiles = 16;

    private readonly IFileLayer files;
    private readonly JournalOptions options;
    private readonly List<(string Name, long Length)> spares = [];
    private readonly List<(string Name, long Length)> damaged = [];
    private (string Name, Task Task)? preparing;

    private JournalFileSet(IFileLayer files, JournalOptions options)
    {
        this.files = files;
        this.options = options;
    }

    /// <summary>Files with records, oldest first.</summary>
    public List<JournalFile> Live { get; } = [];

    /// <summary>The highest generation given so far.</summary>
    public long Generation { get; private set; }

    /// <summary>Bytes of the files in use.</summary>
    public long LiveBytes { get; private set; }

    /// <summary>Bytes of all files, spare and damaged ones included.</summary>
    public long TotalBytes => LiveBytes + spares.Sum(spare => spare.Length) + damaged.Sum(file => file.Length);

    /// <summary>Looks at the names and headers in the directory; changes nothing on disk.</summary>
    /// <exception cref="InvalidDataException">A file is of a newer format.</exception>
    public static JournalFileSet Scan(IFileLayer files, JournalOptions options, long lastGeneration, JournalProblems problems)
    {
        var set = new JournalFileSet(files, options) { Generation = lastGeneration };
        foreach (string name in files.ListFiles(options.Directory))
        {
            if (JournalFormat.TryParseName(name, JournalFormat.LiveSuffix, out long generation))
            {
                set.AddLive(name, generation, problems);
            }
            else if (JournalFormat.TryParseName(name, JournalFormat.SpareSuffix, out generation))
            {
                set.spares.Add((name, set.Length(name)));
            }
            else if (JournalFormat.TryParseName(name, JournalFormat.DamagedSuffix, out generation))
            {
                set.damaged.Add((name, set.Length(name)));
            }
            set.Generation = Math.Max(set.Generation, generation);
        }
        set.NameFirstOfUnreadable(long.MaxValue);
        return set;
    }

    /// <summary>Opens a file for reading.</summary>
    public IDataFile OpenForReading(JournalFile file) => files.Open(PathOf(file.Name), DataFileMode.Read);

    /// <summary>Syncs a file that an earlier process may have left unsynced.</summary>
    public void Sync(JournalFile file)
    {
        using var opened = files.Open(PathOf(file.Name), DataFileMode.ReadWrite);
        opened.Sync();
    }

    /// <summary>
    /// Begins a file that holds at least so many bytes. When it returns, name and header are on disk; after a failure nothing of the
    /// new file counts.
    /// </summary>
    /// <remarks>
    /// 1 take a spare or write a new one full of zeros; 2 write the header under the spare's name and sync; 3 rename; 4 sync the
    /// directory. A crash before 4 leaves a spare, or a file with a header and no record.
    /// </remarks>
    public IDataFile Begin(long bytes, ulong salt, long firstSequence, long syncedSequence, ulong time)
    {
        long length = Math.Max(options.FileBytes, bytes);
        var (spare, spareLength) = TakeSpare(length);
        var file = files.Open(PathOf(spare), DataFileMode.Overwrite);
        try
        {
            var header = new JournalFileHeader(JournalFormat.Version, ++Generation, salt, firstSequence, syncedSequence, time);
            byte[] block = new byte[JournalFormat.FirstRecordOffset];
            header.Write(block.AsSpan(JournalFormat.FirstCopyOffset));
            header.Write(block.AsSpan(JournalFormat.SecondCopyOffset));
            file.Write(block, 0);
            file.Sync();
            string name = JournalFormat.FileName(Generation, JournalFormat.LiveSuffix);
            files.Rename(PathOf(spare), PathOf(name));
            spares.RemoveAll(entry => entry.Name == spare);
            Live.Add(new JournalFile
            {
                Generation = Generation,
                Name = name,
                Length = spareLength,
                Header = header,
                FirstSequence = firstSequence,
            });
            LiveBytes += spareLength;
            files.SyncDirectory(options.Directory);
            return file;
        }
        catch
        {
            file.Dispose();
            if (Live.Count > 0 && Live[^1].Generation == Generation)
            {
                DropLast();
            }
            throw;
        }
    }

    /// <summary>Takes the oldest file out of use: kept as a spare, set aside where damaged, deleted where there are enough.</summary>
    public void RetireOldest()
    {
        var file = Live[0];
        string spare = JournalFormat.FileName(file.Generation, JournalFormat.SpareSuffix);
        if (file.IsDamaged)
        {
            string aside = JournalFormat.FileName(file.Generation, JournalFormat.DamagedSuffix);
            files.Rename(PathOf(file.Name), PathOf(aside));
            damaged.Add((aside, file.Length));
        }
        else if (file.Length == options.FileBytes && spares.Count < options.MaxSpareFiles)
        {
            files.Rename(PathOf(file.Name), PathOf(spare));
            spares.Add((spare, file.Length));
        }
        else
        {
            files.Delete(PathOf(file.Name));
        }
        Live.RemoveAt(0);
        LiveBytes -= file.Length;
        while (damaged.Count > MaxDamagedFiles)
        {
            files.Delete(PathOf(damaged[0].Name));
            damaged.RemoveAt(0);
        }
    }

    /// <summary>Takes the newest file out of use, because it holds no record that counts. It is deleted before the next one is begun.</summary>
    public void DropLast()
    {
        var file = Live[^1];
        Live.RemoveAt(Live.Count - 1);
        LiveBytes -= file.Length;
        spares.Add((file.Name, 0));
    }

    /// <summary>
    /// Begins to prepare a spare in the background if there is none, so that the next <see cref="Begin"/> need not wait for zeros. It
    /// counts from when it is asked for; a preparation that failed, or that the process does not survive, leaves a file of unfit length.
    /// </summary>
    public void PrepareAhead()
    {
        if (options.PrepareAhead && preparing is null && spares.Count == 0)
        {
            string name = JournalFormat.FileName(++Generation, JournalFormat.SpareSuffix);
            preparing = (name, Task.Run(() => Prepare(name, options.FileBytes)));
        }
    }

    /// <summary>Waits for a preparation that is under way and counts its file.</summary>
    public void FinishPreparing()
    {
        if (preparing is not { } begun)
        {
            return;
        }
        long length = options.FileBytes;
        try
        {
            begun.Task.GetAwaiter().GetResult();
        }
#pragma warning disable CA1031 // Whatever it was: the file is deleted, and whoever needs one prepares it himself and says why it fails.
        catch (Exception)
#pragma warning restore CA1031
        {
            length = 0;
        }
        spares.Add((begun.Name, length));
        preparing = null;
    }

    private void Prepare(string name, long length)
    {
        using var file = files.Open(PathOf(name), DataFileMode.Create);
        file.Preallocate(length);
        file.Sync();
    }

    private (string Name, long Length) TakeSpare(long length)
    {
        if (preparing is { } begun && (begun.Task.IsCompleted || length == options.FileBytes))
        {
            FinishPreparing();
        }
        // Of unfit length: left by other options, or by a preparation that did not come to its end.
        foreach (var unfit in spares.Where(spare => spare.Length != options.FileBytes).ToList())
        {
            files.Delete(PathOf(unfit.Name));
            spares.Remove(unfit);
        }
        if (length == options.FileBytes && spares.Count > 0)
        {
            return spares[^1];
        }
        string name = JournalFormat.FileName(++Generation, JournalFormat.SpareSuffix);
        spares.Add((name, 0)); // Known from here on, so that half a file is found and deleted.
        Prepare(name, length);
        spares[^1] = (name, length);
        return spares[^1];
    }

    private void AddLive(string name, long generation, JournalProblems problems)
    {
        using var file = files.Open(PathOf(name), DataFileMode.Read);
        byte[] block = new byte[JournalFormat.FirstRecordOffset];
        try
        {
            _ = file.Read(block, 0);
        }
        catch (IOException)
        {
            // As if it held nothing: reported below.
        }
        bool first = JournalFileHeader.TryRead(block.AsSpan(JournalFormat.FirstCopyOffset), out var one);
        bool second = JournalFileHeader.TryRead(block.AsSpan(JournalFormat.SecondCopyOffset), out var two);
        var header = first && one.Generation == generation ? one : second && two.Generation == generation ? two : (JournalFileHeader?)null;
        if (header is { Version: not JournalFormat.Version } other)
        {
            throw new InvalidDataException(
                $"'{PathOf(name)}' is of format version {other.Version}; this Clew reads version {JournalFormat.Version}. Start a newer one.");
        }
        if (header is null && ((first && one.Generation > generation) || (second && two.Generation > generation)))
        {
            spares.Add((name, 0)); // Its records were released and it was on its way to be another file.
            return;
        }
        if (header is null)
        {
            problems.Corrupt(PathOf(name), 0, "its header cannot be read, and so none of its records");
        }
        else if (!first || !second)
        {
            problems.Corrupt(PathOf(name), first ? JournalFormat.SecondCopyOffset : 0, "one copy of its header is damaged; the other was used");
        }
        Live.Add(new JournalFile
        {
            Generation = generation,
            Name = name,
            Length = file.Length,
            Header = header,
            FirstSequence = header?.FirstSequence ?? 0,
            IsDamaged = !first || !second,
        });
        LiveBytes += file.Length;
    }

    /// <summary>Gives files whose header cannot be read the number of the file behind them, the last ones the next number.</summary>
    public void NameFirstOfUnreadable(long next)
    {
        for (int i = Live.Count - 1; i >= 0; i--)
        {
            if (Live[i].Header is null)
            {
                Live[i].FirstSequence = next;
            }
            next = Live[i].FirstSequence;
        }
    }

    private long Length(string name)
    {
        using var file = files.Open(PathOf(name), DataFileMode.Read);
        return file.Length;
    }

    /// <summary>The full path of a file of the journal.</summary>
    public string PathOf(string name) => Path.Combine(options.Directory, name);
}
