using Clew.Core.Files;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// Blocks being written: each under a temporary name, synced, renamed; directories synced at the end. Disposed of before that, nothing is
/// left behind, unless the system refuses that too.
/// </summary>
/// <remarks>Bounded by the partitions that one fold touches: about a hundred a tenant, as retention goes.</remarks>
internal sealed class SeriesBlockFiles(IFileLayer files, string root, Func<long> nextNumber) : IDisposable
{
    private readonly List<(IDataFile File, SeriesBlockWriter Writer, string Path)> open = [];
    private readonly List<string> written = []; // paths, for cleaning up
    private bool isDone;

    /// <summary>Begins a block.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public SeriesBlockWriter Begin(string tenant, SeriesResolution resolution, long partition)
    {
        long number = nextNumber();
        string path = SeriesPaths.Block(tenant, number);
        files.CreateDirectory(Path.Combine(root, tenant));
        written.Add(path);
        var file = files.Open(Path.Combine(root, path + SeriesPaths.TemporarySuffix), DataFileMode.Create);
        var writer = new SeriesBlockWriter(file, tenant, number, SeriesClock.Nanoseconds(resolution.Step), partition);
        open.Add((file, writer, path));
        return writer;
    }

    /// <summary>Ends all blocks. When it returns they are durable under their names, and the caller's to delete.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public List<(SeriesBlockSummary Summary, long Length)> Complete()
    {
        var blocks = new List<(SeriesBlockSummary, long)>();
        foreach (var (file, writer, _) in open)
        {
            blocks.Add((writer.Complete(), writer.Length));
            file.Dispose();
        }
        foreach (var (_, _, path) in open)
        {
            files.Rename(Path.Combine(root, path + SeriesPaths.TemporarySuffix), Path.Combine(root, path));
        }
        foreach (string directory in open.Select(block => Path.GetDirectoryName(block.Path)!).Distinct(StringComparer.Ordinal))
        {
            files.SyncDirectory(Path.Combine(root, directory));
        }
        isDone = true;
        return blocks;
    }

    public void Dispose()
    {
        open.ForEach(block => block.File.Dispose());
        if (isDone)
        {
            return;
        }
        foreach (string path in written)
        {
            TryDelete(path + SeriesPaths.TemporarySuffix);
            TryDelete(path);
        }
    }

    private void TryDelete(string path)
    {
        try
        {
            files.Delete(Path.Combine(root, path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next start removes it.
        }
    }
}
