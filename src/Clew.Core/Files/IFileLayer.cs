namespace Clew.Core.Files;

/// <summary>
/// The few file operations that durable data needs. Everything that writes to the data directory goes through it, so that tests
/// can lose, tear and refuse whatever was not synced.
/// </summary>
/// <remarks>Paths are absolute. Failures are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>, as the system gives them.</remarks>
public interface IFileLayer
{
    /// <summary>Creates a directory and its parents, and syncs the parent, where it is not there yet.</summary>
    void CreateDirectory(string path);

    /// <summary>Names of the files directly in a directory, without path, in ordinal order.</summary>
    IReadOnlyList<string> ListFiles(string directory);

    /// <summary>Names of the directories directly in a directory, without path, in ordinal order.</summary>
    IReadOnlyList<string> ListDirectories(string directory);

    /// <summary>Opens a file. Its entry in the directory is durable only after <see cref="SyncDirectory"/>.</summary>
    IDataFile Open(string path, DataFileMode mode);

    /// <summary>Renames within one directory, replacing the target. Durable only after <see cref="SyncDirectory"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file if it is there. Durable only after <see cref="SyncDirectory"/>.</summary>
    void Delete(string path);

    /// <summary>Bytes that this process may still write to the disk of a directory; <see cref="long.MaxValue"/> where that is not known.</summary>
    long AvailableBytes(string directory) => long.MaxValue;

    /// <summary>Makes creations, renames and deletions in that directory durable.</summary>
    void SyncDirectory(string path);
}
