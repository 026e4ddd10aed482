using Clew.Core.Encodings;
using Clew.Core.Files;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// Brings a directory into order before it is used, and decides which records of the log count.
/// </summary>
/// <remarks>
/// <para>A record counts if its append took place: it is the span store's last one, or a later record knew that it had taken place. All
/// others are void. An append that took place and has no readable record is a problem that is named.</para>
/// <para>The manifest of the higher generation is the truth: blocks and log files it does not name are leftovers of unfinished work and are
/// removed. One damaged manifest is made anew from the other. Without any (both damaged or lost) nothing is believed: every file is
/// renamed to *.damaged, never deleted, and counting begins anew.</para>
/// </remarks>
internal sealed class SeriesRecovery(IFileLayer files, string root, AppendId? lastStored)
{
    private readonly List<string> problems = [];
    private readonly HashSet<string> unusable = new(StringComparer.Ordinal);
    private AppendId highest;
    private int leftovers;

    /// <exception cref="IOException">The directory cannot be used.</exception>
    public RecoveredSeries Run()
    {
        files.CreateDirectory(root);
        highest = lastStored ?? AppendId.None;
        var manifest = FindManifest();
        var present = Tidy(manifest);
        CheckBlocks(manifest, present);
        var logs = new List<SeriesLogFile>();
        var records = new List<SeriesLogRecord>();
        foreach (long number in present.Select(path => SeriesPaths.Number(path, SeriesPaths.LogExtension)).OfType<long>().Order())
        {
            logs.Add(ReadLog(number, records));
        }
        var committed = Decide(manifest.Folded, records, out var counted);
        long next = present
            .Select(path => SeriesPaths.Number(path, SeriesPaths.LogExtension) ?? SeriesPaths.Number(path, SeriesPaths.BlockExtension))
            .OfType<long>().Append(manifest.NextNumber - 1).Max() + 1;
        return new RecoveredSeries(
            manifest with { NextNumber = next }, unusable, logs, counted, committed, new AppendId(highest.Value + 1), problems, leftovers);
    }

    /// <summary>Reads a delta of the log and checks it.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static byte[] ReadDelta(IFileLayer files, string root, SeriesLogRecord record)
    {
        using var file = files.Open(Path.Combine(root, SeriesPaths.Log(record.File)), DataFileMode.Read);
        byte[] delta = SeriesBlockDirectory.ReadBytes(file, record.Place, record.Length);
        return Crc32C.Of(delta) == record.Checksum ? delta : throw new InvalidDataException("its checksum is wrong");
    }

    private SeriesManifest FindManifest()
    {
        var first = TryRead(SeriesManifest.FileName);
        var second = TryRead(SeriesManifest.CopyName);
        var manifest = first is not null && (second is null || first.Generation >= second.Generation) ? first : second;
        if (manifest is null)
        {
            bool isNew = problems.Count == 0 && !SeriesPaths.All(files, root).Any(IsOurs);
            if (!isNew)
            {
                SetEverythingAside();
            }
            // What was stored before is not counted here.
            manifest = new SeriesManifest(1, lastStored ?? AppendId.None, 1, 1, []);
        }
        if (first?.Generation != manifest.Generation)
        {
            manifest.Write(files, root, SeriesManifest.FileName);
        }
        if (second?.Generation != manifest.Generation)
        {
            manifest.Write(files, root, SeriesManifest.CopyName);
        }
        if (manifest.Folded > highest)
        {
            highest = manifest.Folded;
        }
        return manifest;
    }

    private SeriesManifest? TryRead(string name)
    {
        if (!files.ListFiles(root).Contains(name))
        {
            return null;
        }
        try
        {
            return SeriesManifest.Read(files, root, name);
        }
        catch (Exception failure) when (failure is InvalidDataException or ArgumentException or OverflowException)
        {
            problems.Add($"The series' {name} was damaged ({failure.Message}) and was made anew.");
            return null;
        }
    }

    private void SetEverythingAside()
    {
        var unread = new List<SeriesLogRecord>();
        foreach (string path in SeriesPaths.All(files, root).Where(IsOurs).ToList())
        {
            if (SeriesPaths.Number(path, SeriesPaths.LogExtension) is { } number)
            {
                ReadLog(number, unread); // for the numbers that were used
            }
            files.Rename(Path.Combine(root, path), Path.Combine(root, path + SeriesPaths.DamagedSuffix));
        }
        foreach (string name in (string[])[SeriesManifest.FileName, SeriesManifest.CopyName])
        {
            if (files.ListFiles(root).Contains(name))
            {
                files.Rename(Path.Combine(root, name), Path.Combine(root, name + SeriesPaths.DamagedSuffix));
            }
        }
        problems.Add("The list of series blocks is lost: their files were set aside, and counting begins anew.");
    }

    /// <summary>Removes what no manifest names. Returns the files that are left, by path.</summary>
    private HashSet<string> Tidy(SeriesManifest manifest)
    {
        var named = manifest.Blocks.Select(block => block.Summary.Path).ToHashSet(StringComparer.Ordinal);
        var left = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in SeriesPaths.All(files, root).ToList())
        {
            bool isLeftover = path.EndsWith(SeriesPaths.TemporarySuffix, StringComparison.Ordinal)
                || (SeriesPaths.Number(path, SeriesPaths.BlockExtension) is not null && !named.Contains(path))
                || SeriesPaths.Number(path, SeriesPaths.LogExtension) < manifest.FirstLog;
            if (isLeftover)
            {
                files.Delete(Path.Combine(root, path));
                leftovers++;
            }
            else if (path.EndsWith(SeriesPaths.DamagedSuffix, StringComparison.Ordinal))
            {
                problems.Add($"{path} of the series was set aside and is not read.");
            }
            else
            {
                left.Add(path);
            }
        }
        return left;
    }

    private void CheckBlocks(SeriesManifest manifest, HashSet<string> present)
    {
        foreach (var (summary, length) in manifest.Blocks)
        {
            if (!present.Contains(summary.Path))
            {
                unusable.Add(summary.Path);
                problems.Add($"Series block {summary.Path} with {summary.Cells} points is missing.");
                continue;
            }
            using var file = files.Open(Path.Combine(root, summary.Path), DataFileMode.Read);
            if (file.Length != length)
            {
                unusable.Add(summary.Path);
                problems.Add($"Series block {summary.Path} with {summary.Cells} points has {file.Length} bytes instead of {length}; it is left out.");
            }
        }
    }

    /// <summary>Finds the records of a log file, up to its end or to bytes that are none.</summary>
    private SeriesLogFile ReadLog(long number, List<SeriesLogRecord> records)
    {
        var log = new SeriesLogFile(number) { Length = SeriesLogFormat.FileHeaderLength };
        using var file = files.Open(Path.Combine(root, SeriesPaths.Log(number)), DataFileMode.Read);
        Span<byte> header = stackalloc byte[SeriesLogFormat.RecordHeaderLength];
        int read = file.Read(header[..SeriesLogFormat.FileHeaderLength], 0);
        if (!SeriesLogFormat.IsFileHeader(header[..read]))
        {
            return log; // never synced, or damaged: then what is missing is noticed
        }
        while (true)
        {
            read = file.Read(header, log.Length);
            if (SeriesLogFormat.ReadRecordHeader(header[..read], number, log.Length) is not { } record)
            {
                return log;
            }
            records.Add(record);
            log.Length = record.Place + record.Length;
            log.Last = record.Append > log.Last ? record.Append : log.Last;
            highest = record.Append > highest ? record.Append : highest;
        }
    }

    private AppendId Decide(AppendId folded, List<SeriesLogRecord> records, out List<SeriesLogRecord> counted)
    {
        var took = new HashSet<AppendId> { folded };
        took.UnionWith(records.Select(record => record.Previous));
        if (lastStored is { } stored)
        {
            took.Add(stored);
        }
        else if (records.MaxBy(record => record.Append) is { } newest && took.Add(newest.Append))
        {
            problems.Add($"The span store does not know its last append; append {newest.Append.Value} is counted as if it had taken place.");
        }
        var sound = new Dictionary<AppendId, SeriesLogRecord>();
        foreach (var record in records.Where(record => record.Append > folded && took.Contains(record.Append)))
        {
            try
            {
                ReadDelta(files, root, record);
                sound[record.Append] = record;
            }
            catch (InvalidDataException)
            {
                // Named below.
            }
        }
        foreach (var append in took.Where(append => append > folded && !sound.ContainsKey(append)).Order())
        {
            problems.Add($"What append {append.Value} counted is lost: its record in the log is missing or damaged.");
        }
        counted = [.. sound.Values.OrderBy(record => record.Append)];
        return took.Max();
    }

    private static bool IsOurs(string path) =>
        SeriesPaths.Number(path, SeriesPaths.LogExtension) is not null || SeriesPaths.Number(path, SeriesPaths.BlockExtension) is not null;
}
