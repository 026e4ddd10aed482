namespace Clew.Ingest.Journal;

/// <summary>When an append is acknowledged. What each choice costs and risks: docs/operations/durability.md.</summary>
public enum JournalSyncPolicy
{
    /// <summary>After the write has been synced: nothing acknowledged is lost, whatever happens to process, machine or power.</summary>
    Fsync = 0,

    /// <summary>After the write; a sync follows at the interval. A power cut may lose what was acknowledged since the last sync.</summary>
    Interval = 1,

    /// <summary>After the write; the system syncs when it likes. The end of the process alone loses nothing.</summary>
    Off = 2,
}
