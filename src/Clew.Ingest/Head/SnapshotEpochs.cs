namespace Clew.Ingest.Head;

/// <summary>
/// Says which snapshots are older than a hand-over to the store. Every hand-over begins an epoch; a snapshot belongs to the epoch it was
/// taken in and sees every part that was handed over in a later one.
/// </summary>
/// <remarks>Thread-safe. Bounded by the snapshots held.</remarks>
internal sealed class SnapshotEpochs
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<long, int> held = [];
    private long current = 1;

    /// <summary>The epoch that the next hand-over begins.</summary>
    public long Next
    {
        get
        {
            lock (gate)
            {
                return current + 1;
            }
        }
    }

    /// <summary>The oldest epoch that a snapshot is held of; the current one where none is held.</summary>
    public long OldestHeld
    {
        get
        {
            lock (gate)
            {
                foreach (var (epoch, _) in held)
                {
                    return epoch;
                }
                return current;
            }
        }
    }

    /// <summary>Begins the next epoch, after its parts were marked.</summary>
    public void Advance()
    {
        lock (gate)
        {
            current++;
        }
    }

    /// <summary>Takes a snapshot's epoch.</summary>
    public long Enter()
    {
        lock (gate)
        {
            held[current] = held.GetValueOrDefault(current) + 1;
            return current;
        }
    }

    public void Exit(long epoch)
    {
        lock (gate)
        {
            if (--held[epoch] == 0)
            {
                held.Remove(epoch);
            }
        }
    }
}
