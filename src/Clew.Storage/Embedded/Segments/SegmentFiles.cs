using Clew.Core.Files;

namespace Clew.Storage.Embedded.Segments;

/// <summary>Puts segments on disk: under a temporary name, synced, renamed, directory synced.</summary>
internal sealed class SegmentFiles(IFileLayer files, string root)
{
    /// <summary>Writes a segment and returns its path. It is durable after <see cref="SyncDirectories"/>.</summary>
    /// <exception cref="IOException">The system refuses; nothing is left behind, unless it refuses that too.</exception>
    public string Write(SegmentImage image)
    {
        string directory = SegmentPaths.Directory(image.Summary);
        string path = Path.Combine(directory, SegmentPaths.Name(image.Summary));
        string final = Path.Combine(root, path);
        string temporary = final + SegmentPaths.TemporarySuffix;
        files.CreateDirectory(Path.Combine(root, directory));
        try
        {
            using (var file = files.Open(temporary, DataFileMode.Create))
            {
                file.Write(image.Buffers, 0);
                file.Sync();
            }
            files.Rename(temporary, final);
        }
        catch
        {
            TryDelete(path + SegmentPaths.TemporarySuffix);
            throw;
        }
        return path;
    }

    public void SyncDirectories(IEnumerable<string> paths)
    {
        foreach (string directory in paths.Select(path => Path.GetDirectoryName(path)!).Distinct(StringComparer.Ordinal))
        {
            files.SyncDirectory(Path.Combine(root, directory));
        }
    }

    /// <summary>Deletes a file. Returns false where that fails: the next start removes it.</summary>
    public bool TryDelete(string path)
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
