namespace Clew.Ingest.Head;

/// <summary>
/// Says which snapshots are older than a hand-over to the store. Every hand-over begins an epoch; a snapshot belongs to the epoch it was
/// taken in and sees every part that was handed over in a later one. With its epoch a snapshot learns the number of the last hand-over.
/// </summary>
/// <remarks>Thread-safe. Bounded by the snapshots held.</remarks>
internal sealed class SnapshotEpochs
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<long, int> held = [];
    private long current = 1;
    private long? handOver;

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

    /// <summary>The number that the present epoch began with.</summary>
    public long? LastHandOver
    {
        get
        {
            lock (gate)
            {
                return handOver;
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
    /// <param name="number">Number of the hand-over, or of the last one before where this one handed nothing over; null where it is not known.</param>
    public void Advance(long? number)
    {
        lock (gate)
        {
            current++;
            handOver = number;
        }
    }

    /// <summary>Takes a snapshot's epoch, and the number of the hand-over that began it.</summary>
    public (long Epoch, long? HandOver) Enter()
    {
        lock (gate)
        {
            held[current] = held.GetValueOrDefault(current) + 1;
            return (current, handOver);
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
