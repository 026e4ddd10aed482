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

    /// <summary>Creates the directory and proves that it can be written.</summary>
    /// <exception cref="StartupException">It cannot.</exception>
    public static string Prepare(string path)
    {
        try
        {
            path = Path.GetFullPath(path);
            DiskFileLayer.Instance.CreateDirectory(path);
            string probe = Path.Combine(path, ".writable");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartupException($"Storage:Directory: '{path}' cannot be written: {e.Message}", e);
        }
    }
}
