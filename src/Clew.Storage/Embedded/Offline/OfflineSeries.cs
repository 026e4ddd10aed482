using System.Globalization;
using System.Text;
using Clew.Core.Files;
using Clew.Core.Series;
using Clew.Storage.Embedded.Series;

namespace Clew.Storage.Embedded.Offline;

/// <summary>Looks into a series store's directory while no process has it open: the caller sees to that. Changes nothing.</summary>
/// <remarks>Failure: <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/> where the directory itself cannot be read.</remarks>
public sealed class OfflineSeries
{
    private readonly IFileLayer files;
    private readonly string root;
    private readonly StringBuilder text = new();
    private bool isSound = true;

    private OfflineSeries(IFileLayer files, string root)
    {
        this.files = files;
        this.root = root;
    }

    /// <summary>What there is, from the manifest and the names of files. Reads no block.</summary>
    /// <param name="directory">The series store's directory, absolute.</param>
    /// <param name="layer">The files; null: the disk.</param>
    public static StoreReport Inspect(string directory, IFileLayer? layer = null)
    {
        var run = new OfflineSeries(layer ?? DiskFileLayer.Instance, directory);
        run.Inspect();
        return new StoreReport(run.isSound, run.text.ToString());
    }

    /// <summary>Reads every byte and checks it: manifests, blocks, log.</summary>
    /// <param name="directory">The series store's directory, absolute.</param>
    /// <param name="layer">The files; null: the disk.</param>
    /// <param name="cancellationToken">Ends the work between blocks.</param>
    public static StoreReport Verify(string directory, IFileLayer? layer = null, CancellationToken cancellationToken = default)
    {
        var run = new OfflineSeries(layer ?? DiskFileLayer.Instance, directory);
        run.Verify(cancellationToken);
        return new StoreReport(run.isSound, run.text.ToString());
    }

    private void Inspect()
    {
        if (Manifest() is not { } manifest)
        {
            return;
        }
        Line($"Blocks {manifest.Blocks.Count}, points {manifest.Blocks.Sum(block => (long)block.Summary.Cells)}, bytes {manifest.Blocks.Sum(block => block.Length)}, up to append {manifest.Folded.Value}, next number {manifest.NextNumber}");
        Line($"");
        Line($"{"tenant",-20} {"step",8} {"from",-17} {"to",-17} {"blocks",6} {"points",12} {"bytes",14} {"B/point",7}");
        foreach (var group in manifest.Blocks.GroupBy(block => (block.Summary.Tenant, block.Summary.Step)).OrderBy(group => group.Key.Tenant, StringComparer.Ordinal).ThenBy(group => group.Key.Step))
        {
            long cells = group.Sum(block => (long)block.Summary.Cells);
            long bytes = group.Sum(block => block.Length);
            Line($"{group.Key.Tenant,-20} {group.Key.Step / 1_000_000_000,6} s {Time(group.Min(block => block.Summary.FirstTime)),-17} {Time(group.Max(block => block.Summary.LastTime)),-17} {group.Count(),6} {cells,12} {bytes,14} {(double)bytes / Math.Max(cells, 1),7:f1}");
        }
        var present = SeriesPaths.All(files, root).ToHashSet(StringComparer.Ordinal);
        foreach (var block in manifest.Blocks.Where(block => !present.Contains(block.Summary.Path)))
        {
            Problem($"Missing: {block.Summary.Path} with {block.Summary.Cells} points");
        }
        Line($"Log: {present.Count(path => SeriesPaths.Number(path, SeriesPaths.LogExtension) >= manifest.FirstLog)} files");
        foreach (string path in present.Where(path => path.EndsWith(SeriesPaths.DamagedSuffix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            Line($"Set aside as damaged earlier: {path}");
        }
    }

    private void Verify(CancellationToken cancellationToken)
    {
        if (Manifest() is not { } manifest)
        {
            return;
        }
        foreach (var (summary, length) in manifest.Blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Check(summary, length);
        }
        int records = 0;
        foreach (long number in SeriesPaths.All(files, root).Select(path => SeriesPaths.Number(path, SeriesPaths.LogExtension)).OfType<long>().Where(number => number >= manifest.FirstLog).ToList())
        {
            records += CheckLog(number);
        }
        if (isSound)
        {
            Line($"{manifest.Blocks.Count} blocks with {manifest.Blocks.Sum(block => (long)block.Summary.Cells)} points and {records} records of the log are sound.");
        }
    }

    private SeriesManifest? Manifest()
    {
        Line($"Series {root}");
        SeriesManifest? newest = null;
        foreach (string name in (string[])[SeriesManifest.FileName, SeriesManifest.CopyName])
        {
            try
            {
                var manifest = SeriesManifest.Read(files, root, name);
                newest = newest is null || manifest.Generation > newest.Generation ? manifest : newest;
            }
            catch (Exception failure) when (SeriesHealth.IsDamage(failure))
            {
                Problem($"{name} cannot be read, {failure.Message}; the next start makes it anew from the other one");
            }
        }
        if (newest is null)
        {
            Line($"There is no list of blocks: the next start sets every file aside and counts anew.");
        }
        return newest;
    }

    private void Check(SeriesBlockSummary summary, long length)
    {
        try
        {
            using var file = files.Open(Path.Combine(root, summary.Path), DataFileMode.Read);
            var directory = SeriesBlockDirectory.Read(file);
            if (directory.Summary != summary || file.Length != length)
            {
                throw new InvalidDataException("it is not the block that was written under its name");
            }
            var block = new SeriesBlock(summary, length);
            var reader = new SeriesCellReader(block, directory, file, (page, reason) =>
            {
                if (block.MarkBad(page))
                {
                    Problem($"{summary.Path}: page {page} is lost, {reason}");
                }
            });
            for (int cell = 0; cell < summary.Cells; cell++)
            {
                if (reader.Find(cell, out int index, out int end))
                {
                    var durations = reader.Durations(index);
                    LatencySketch.Read(ref durations);
                    Exemplars.Read(ref durations);
                }
                else
                {
                    cell = end - 1;
                }
            }
        }
        catch (Exception failure) when (SeriesHealth.IsDamage(failure))
        {
            Problem($"{summary.Path} with {summary.Cells} points cannot be read: {failure.Message}");
        }
    }

    /// <summary>Checks a log file and returns how many records it has. Bytes after the last are what a crash leaves.</summary>
    private int CheckLog(long number)
    {
        string path = SeriesPaths.Log(number);
        using var file = files.Open(Path.Combine(root, path), DataFileMode.Read);
        byte[] bytes = SeriesBlockDirectory.ReadBytes(file, 0, (int)Math.Min(file.Length, Array.MaxLength));
        if (!SeriesLogFormat.IsFileHeader(bytes))
        {
            Problem($"{path} does not begin as a log does");
            return 0;
        }
        int records = 0;
        int at = SeriesLogFormat.FileHeaderLength;
        while (SeriesLogFormat.ReadRecordHeader(bytes.AsSpan(at), number, at) is { } record)
        {
            if (record.Length > bytes.Length - (int)record.Place || Core.Encodings.Crc32C.Of(bytes.AsSpan((int)record.Place, record.Length)) != record.Checksum)
            {
                Problem($"{path}: the record of append {record.Append.Value} is damaged or was never finished");
            }
            records++;
            at = (int)Math.Min(record.Place + record.Length, bytes.Length);
        }
        if (at < bytes.Length)
        {
            Line($"{path}: {bytes.Length - at} bytes after its last record are not read.");
        }
        return records;
    }

    private void Problem(FormattableString line)
    {
        isSound = false;
        Line(line);
    }

    private void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Time(ulong time) =>
        DateTime.UnixEpoch.AddTicks((long)(time / TimeSpan.NanosecondsPerTick)).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
