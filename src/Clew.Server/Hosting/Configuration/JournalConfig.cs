using Clew.Ingest.Journal;

namespace Clew.Server.Hosting.Configuration;

/// <summary>The keys of the journal.</summary>
internal static class JournalConfig
{
    public static JournalOptions Read(ConfigurationReader reader, string directory)
    {
        var defaults = new JournalOptions { Directory = directory };
        var options = defaults with
        {
            Sync = reader.Choice("Journal:Sync", defaults.Sync, "When a payload is acknowledged: synced to disk; written and synced at an interval; written"),
            SyncInterval = reader.Duration("Journal:SyncInterval", defaults.SyncInterval, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1), "Time between syncs with Journal:Sync=interval"),
            MaxGroupDelay = reader.Duration("Journal:MaxGroupDelay", defaults.MaxGroupDelay, TimeSpan.Zero, TimeSpan.FromSeconds(10), "How long a payload may wait for others to share its sync; 0 groups what gathers during the sync before"),
            FileBytes = reader.Size("Journal:FileBytes", defaults.FileBytes, JournalOptions.MinFileBytes, int.MaxValue, "Size of one journal file"),
            BoundBytes = reader.Size("Journal:BoundBytes", defaults.BoundBytes, JournalOptions.MinFileBytes, 1L << 40, "Most bytes of payloads not yet stored; more are told to try again"),
            MaxWaiting = reader.Number("Journal:MaxWaiting", defaults.MaxWaiting, 1, 1_000_000, "Payloads that may wait for the next write; more are told to try again"),
            ReserveBytes = reader.Size("Journal:ReserveBytes", defaults.ReserveBytes, 0, 1L << 50, "Free bytes of the disk that are left to the store, beside as many as wait to be stored; below, spans are refused; 0: none"),
        };
        if (options.BoundBytes < options.FileBytes)
        {
            reader.Error("Journal:BoundBytes: must be at least Journal:FileBytes.");
        }
        return options;
    }
}
