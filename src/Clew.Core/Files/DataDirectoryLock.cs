using System.Globalization;

namespace Clew.Core.Files;

/// <summary>
/// Holds a data directory for one process. The system releases it when the process ends, however it ends; a leftover file locks nothing.
/// </summary>
/// <remarks>
/// Two files: <c>clew.lock</c> is held open without sharing, which is the lock; <c>clew.pid</c> names the holder for the message only,
/// because a locked file cannot be read everywhere. Neither is ever deleted: deleting a lock file would let two processes lock two
/// different files of the same name.
/// </remarks>
public sealed class DataDirectoryLock : IDisposable
{
    /// <summary>The locked file's name.</summary>
    public const string LockFileName = "clew.lock";

    /// <summary>The name of the file with the holder's process id, decimal.</summary>
    public const string HolderFileName = "clew.pid";

    private const string ProbeFileName = "clew.probe";

    private readonly FileStream stream;

    private DataDirectoryLock(string directory, FileStream stream)
    {
        DirectoryPath = directory;
        this.stream = stream;
    }

    /// <summary>The directory that is held.</summary>
    public string DirectoryPath { get; }

    /// <summary>Creates the directory where needed and takes it, or says in one line who has it.</summary>
    /// <exception cref="DataDirectoryUnavailableException">Another process holds it, or it cannot be written.</exception>
    public static DataDirectoryLock Acquire(string directory)
    {
        FileStream? stream = null;
        try
        {
            Directory.CreateDirectory(directory);
            stream = TryLock(Path.Combine(directory, LockFileName))
                ?? throw new DataDirectoryUnavailableException(InUse(directory), isInUse: true);
            CheckThatFilesCanBeMade(directory);
            NameHolder(directory);
            return new DataDirectoryLock(directory, stream);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or (IOException and not DataDirectoryUnavailableException))
        {
            stream?.Dispose();
            throw new DataDirectoryUnavailableException(
                $"The data directory '{directory}' cannot be used: {failure.Message}", isInUse: false, failure);
        }
    }

    /// <summary>Gives the directory back.</summary>
    public void Dispose() => stream.Dispose();

    private static void CheckThatFilesCanBeMade(string directory)
    {
        string path = Path.Combine(directory, ProbeFileName);
        try
        {
            File.Create(path, bufferSize: 0).Dispose();
            File.Delete(path);
        }
        catch (IOException failure) when (IsFull(failure))
        {
            // What is stored can be searched, and there may be room again later.
        }
    }

    private static void NameHolder(string directory)
    {
        try
        {
            File.WriteAllText(Path.Combine(directory, HolderFileName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException failure) when (IsFull(failure))
        {
            // It is for a message only.
        }
    }

    // Windows: ERROR_HANDLE_DISK_FULL or ERROR_DISK_FULL; elsewhere ENOSPC or EDQUOT (122 on Linux, 69 on macOS).
    private static bool IsFull(IOException failure) => OperatingSystem.IsWindows()
        ? (failure.HResult & 0xFFFF) is 39 or 112
        : failure.HResult is 28 or 122 or 69;

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException failure) when (IsSharingViolation(failure))
        {
            return null;
        }
    }

    // Windows: ERROR_SHARING_VIOLATION or ERROR_LOCK_VIOLATION; elsewhere the runtime passes on EWOULDBLOCK of flock (11 on Linux, 35 on macOS).
    private static bool IsSharingViolation(IOException failure) => OperatingSystem.IsWindows()
        ? (failure.HResult & 0xFFFF) is 32 or 33
        : failure.GetType() == typeof(IOException) && failure.HResult is 11 or 35;

    private static string InUse(string directory)
    {
        string? holder = Holder(directory);
        return holder is null
            ? $"The data directory '{directory}' is in use by another process."
            : $"The data directory '{directory}' is in use by process {holder}.";
    }

    private static string? Holder(string directory)
    {
        try
        {
            string text = File.ReadAllText(Path.Combine(directory, HolderFileName)).Trim();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? text : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null; // Between its lock and its first line.
        }
    }
}
