using Clew.Core.Files;

namespace Clew.Server.Hosting;

/// <summary>Where data lie.</summary>
internal static class DataDirectory
{
    /// <summary>The default: a folder under the user's data directory; the demo has its own beside it.</summary>
    public static string Default(bool demo) => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data
            ? data
            : Path.GetTempPath(),
        demo ? "clew-demo" : "clew");

    /// <summary>The journal's folder in a data directory.</summary>
    public static string Journal(string directory) => Path.Combine(directory, "journal");

    /// <summary>The store's folder in a data directory.</summary>
    public static string Store(string directory) => Path.Combine(directory, "store");

    /// <summary>The series store's folder in a data directory.</summary>
    public static string Series(string directory) => Path.Combine(directory, "series");

    /// <summary>The folder of sampling's decisions and policy in a data directory.</summary>
    public static string Sampling(string directory) => Path.Combine(directory, "sampling");

    /// <summary>Creates the directory and takes it for this process.</summary>
    /// <exception cref="StartupException">It cannot be written, or another process has it.</exception>
    public static DataDirectoryLock Take(string path)
    {
        try
        {
            return DataDirectoryLock.Acquire(path);
        }
        catch (DataDirectoryUnavailableException e)
        {
            throw new StartupException($"Storage:Directory: {e.Message}", e);
        }
    }
}
