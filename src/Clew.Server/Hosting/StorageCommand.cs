using Clew.Storage.Embedded.Offline;

namespace Clew.Server.Hosting;

/// <summary><c>clew storage inspect|verify|repair DIR</c>: looks after a data directory while no server has it.</summary>
internal static class StorageCommand
{
    public const string Usage = "clew storage inspect|verify|repair DIR";

    /// <summary>Runs the command. Exit code 0: sound (or repaired); 1: not sound, or it cannot be done.</summary>
    /// <exception cref="StartupException">The words are wrong, or the directory cannot be used.</exception>
    public static int Run(ReadOnlySpan<string> words, TextWriter output)
    {
        if (words is not [var verb and ("inspect" or "verify" or "repair"), var directory])
        {
            throw new StartupException($"Usage: {Usage}. DIR is what Storage:Directory names.");
        }
        directory = Path.GetFullPath(directory);
        string store = DataDirectory.Store(directory);
        if (!Directory.Exists(store))
        {
            throw new StartupException($"'{directory}' is no data directory of Clew: it holds no folder '{Path.GetFileName(store)}'.");
        }
        using var held = DataDirectory.Take(directory);
        try
        {
            var report = verb switch
            {
                "inspect" => OfflineStore.Inspect(store),
                "verify" => OfflineStore.Verify(store),
                _ => OfflineStore.Repair(store),
            };
            output.Write(report.Text);
            return Series(verb, DataDirectory.Series(directory), output) && report.IsSound ? 0 : 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"'{store}': {e.Message}", e);
        }
    }

    /// <summary>There is nothing to repair about series: what can be mended the next start mends, the rest is served as it is.</summary>
    private static bool Series(string verb, string directory, TextWriter output)
    {
        if (!Directory.Exists(directory))
        {
            return true;
        }
        var report = verb == "inspect" ? OfflineSeries.Inspect(directory) : OfflineSeries.Verify(directory);
        output.WriteLine();
        output.Write(report.Text);
        return report.IsSound;
    }
}
