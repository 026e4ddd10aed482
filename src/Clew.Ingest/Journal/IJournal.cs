using Clew.Ingest.Intake;

namespace Clew.Ingest.Journal;

/// <summary>
/// What was accepted, in order, on disk until it is stored elsewhere. Acknowledged means: in here and synced, by the policy in force.
/// </summary>
/// <remarks>
/// Thread-safe. Bounded: when records that are still needed fill it, <see cref="AppendAsync"/> refuses. Failure policy: after a failed
/// write or sync nothing is acknowledged until a write to a fresh place has succeeded.
/// </remarks>
public interface IJournal : IAsyncDisposable
{
    /// <summary>
    /// The records that may not be stored elsewhere yet, oldest first. Read to its end exactly once, before the first append; a torn
    /// tail is cut and reported, an invalid record before a valid one is reported as corruption.
    /// </summary>
    IEnumerable<JournalRecord> Replay();

    /// <summary>Appends one record; returns when it is durable.</summary>
    /// <exception cref="JournalUnavailableException">Nothing was acknowledged: no room, or the disk refuses.</exception>
    ValueTask<JournalPosition> AppendAsync(IngestPayload payload, CancellationToken cancellationToken);

    /// <summary>Says that records before this position are no longer needed; their files are recycled.</summary>
    void Release(JournalPosition oldestNeeded);

    /// <summary>How full it is and how it fares. Cheap.</summary>
    JournalStatistics GetStatistics();
}
