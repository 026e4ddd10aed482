namespace Clew.Ingest.Journal;

/// <summary>How the journal is kept.</summary>
public sealed record JournalOptions
{
    /// <summary>The smallest file, in bytes.</summary>
    public const long MinFileBytes = 8192;

    /// <summary>Where its files lie; nothing else does.</summary>
    public required string Directory { get; init; }

    /// <summary>Bytes of one file; a record that does not fit gets a larger file of its own.</summary>
    public long FileBytes { get; init; } = 32L << 20;

    /// <summary>The most bytes of records that are not released; appends are refused there.</summary>
    public long BoundBytes { get; init; } = 1L << 30;

    /// <summary>
    /// Free bytes of the disk that are left to the store, beside as many as are held for it; below, appends are refused and no file is
    /// made. 0: none.
    /// </summary>
    public long ReserveBytes { get; init; } = 256L << 20;

    /// <summary>When an append is acknowledged.</summary>
    public JournalSyncPolicy Sync { get; init; } = JournalSyncPolicy.Fsync;

    /// <summary>The time between syncs with <see cref="JournalSyncPolicy.Interval"/>.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a record may wait for others to share its sync. Zero: a group is what gathered while the one before was synced.
    /// </summary>
    public TimeSpan MaxGroupDelay { get; init; } = TimeSpan.Zero;

    /// <summary>Bytes after which a group is written without gathering more; one record may be larger.</summary>
    public int MaxGroupBytes { get; init; } = 16 << 20;

    /// <summary>The most callers that may wait; one more is refused.</summary>
    public int MaxWaiting { get; init; } = 4096;

    /// <summary>
    /// Released files kept for reuse; more are deleted. At full rate releases come in bursts, and a deleted file is written twice again:
    /// with zeros, and with records.
    /// </summary>
    public int MaxSpareFiles { get; init; } = 16;

    /// <summary>Whether the next file is written full of zeros in the background when the one in use is half full and there is no spare.</summary>
    public bool PrepareAhead { get; init; } = true;

    /// <summary>The longest time for which a released position is kept in memory only. It bounds what is replayed needlessly.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Throws where values contradict each other.</summary>
    /// <exception cref="ArgumentException">Names the option.</exception>
    internal void Validate()
    {
        Check(Path.IsPathFullyQualified(Directory), nameof(Directory), "must be an absolute path");
        Check(FileBytes is >= MinFileBytes and <= int.MaxValue, nameof(FileBytes), $"must lie between {MinFileBytes} and {int.MaxValue}");
        Check(BoundBytes >= FileBytes, nameof(BoundBytes), $"must be at least {nameof(FileBytes)}");
        Check(ReserveBytes >= 0, nameof(ReserveBytes), "must not be negative");
        Check(Enum.IsDefined(Sync), nameof(Sync), "must be Fsync, Interval or Off");
        Check(SyncInterval > TimeSpan.Zero, nameof(SyncInterval), "must be greater than zero");
        Check(MaxGroupDelay >= TimeSpan.Zero, nameof(MaxGroupDelay), "must not be negative");
        Check(MaxGroupBytes > 0, nameof(MaxGroupBytes), "must be greater than zero");
        Check(MaxWaiting > 0, nameof(MaxWaiting), "must be greater than zero");
        Check(MaxSpareFiles >= 0, nameof(MaxSpareFiles), "must not be negative");
        Check(CheckpointInterval > TimeSpan.Zero, nameof(CheckpointInterval), "must be greater than zero");
    }

    private static void Check(bool holds, string option, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"The journal's option {option} {rule}.", option);
        }
    }
}
