using Clew.Core.Files;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Recovery;

namespace Clew.Storage.Embedded.Segments;

/// <summary>Puts segments on disk: under a temporary name, synced, renamed, directory synced.</summary>
internal sealed class SegmentFiles(IFileLayer files, string root)
{
    /// <summary>Writes a segment and returns what the manifest is to say. It is durable after <see cref="SyncDirectories"/>.</summary>
    /// <exception cref="IOException">The system refuses; nothing is left behind, unless it refuses that too.</exception>
    public ManifestEntry Write(SegmentImage image)
    {
        var entry = WriteTemporary(image);
        Finish(entry);
        return entry;
    }

    /// <summary>Writes and syncs a segment under its temporary name, which counts for nothing.</summary>
    /// <exception cref="IOException">The system refuses; nothing is left behind, unless it refuses that too.</exception>
    public ManifestEntry WriteTemporary(SegmentImage image)
    {
        string directory = SegmentPaths.Directory(image.Summary);
        string path = Path.Combine(directory, SegmentPaths.Name(image.Summary));
        string temporary = path + SegmentPaths.TemporarySuffix;
        files.CreateDirectory(Path.Combine(root, directory));
        try
        {
            using var file = files.Open(Path.Combine(root, temporary), DataFileMode.Create);
            file.Write(image.Buffers, 0);
            file.Sync();
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
        return new ManifestEntry(path, image.Length, image.Summary);
    }

    /// <summary>Gives a segment its name.</summary>
    /// <exception cref="IOException">The system refuses; nothing is left behind, unless it refuses that too.</exception>
    public void Finish(ManifestEntry entry)
    {
        string path = Path.Combine(root, entry.Path);
        try
        {
            files.Rename(path + SegmentPaths.TemporarySuffix, path);
        }
        catch
        {
            TryDelete(entry.Path + SegmentPaths.TemporarySuffix);
            throw;
        }
    }

    public void SyncDirectories(IEnumerable<string> paths)
    {
        foreach (string directory in paths.Select(path => Path.GetDirectoryName(path)!).Distinct(StringComparer.Ordinal))
        {
            files.SyncDirectory(Path.Combine(root, directory));
        }
    }

    /// <summary>
    /// Deletes a segment, its temporary file and its deletion list, the segment first. What cannot be deleted the next start removes.
    /// </summary>
    public void Delete(string path)
    {
        if (TryDelete(path))
        {
            TryDelete(DeletionFile.PathOf(path));
        }
        TryDelete(path + SegmentPaths.TemporarySuffix);
    }

    private bool TryDelete(string path)
    {
        try
        {
            files.Delete(Path.Combine(root, path));
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
