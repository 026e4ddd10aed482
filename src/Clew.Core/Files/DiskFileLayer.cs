namespace Clew.Core.Files;

/// <summary>The real file system.</summary>
public sealed class DiskFileLayer : IFileLayer
{
    private const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;

    public static DiskFileLayer Instance { get; } = new();

    public void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }
        string? parent = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(parent))
        {
            CreateDirectory(parent);
        }
        Directory.CreateDirectory(path);
        if (!string.IsNullOrEmpty(parent))
        {
            SyncDirectory(parent);
        }
    }

    public IReadOnlyList<string> ListFiles(string directory) => Names(Directory.GetFiles(directory));

    public IReadOnlyList<string> ListDirectories(string directory) => Names(Directory.GetDirectories(directory));

    public IDataFile Open(string path, DataFileMode mode)
    {
        var handle = mode switch
        {
            DataFileMode.Read => File.OpenHandle(path, FileMode.Open, FileAccess.Read, Shared, FileOptions.RandomAccess),
            DataFileMode.Create => File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, Shared),
            _ => File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, Shared),
        };
        return new DiskFile(handle, path, mode == DataFileMode.Overwrite ? NativeFiles.TryOpenDirect(path) : null);
    }

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals its directories; a directory cannot be flushed.
        }
        NativeFiles.SyncDirectory(path);
    }

    private static List<string> Names(string[] paths)
    {
        var names = paths.Select(path => Path.GetFileName(path)).ToList();
        names.Sort(string.CompareOrdinal);
        return names;
    }
}
