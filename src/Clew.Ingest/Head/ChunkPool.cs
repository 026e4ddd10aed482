namespace Clew.Ingest.Head;

/// <summary>
/// Memory for packed spans, in pieces of one size that all shards share: what one arena gives back the next one takes, so that a head
/// that has reached its size touches no fresh page.
/// </summary>
/// <remarks>
/// Thread-safe. Bounded by the most that was in use within the last window (<see cref="EndWindow"/>); what lay idle for a whole window
/// goes back to the runtime. Pieces lie on the pinned heap: a collection does not copy them about.
/// </remarks>
internal sealed class ChunkPool
{
    /// <summary>Binary digits of a chunk's length.</summary>
    public const int ChunkBits = 16;

    /// <summary>Bytes of a chunk.</summary>
    public const int ChunkBytes = 1 << ChunkBits;

    private readonly Lock gate = new();
    private readonly Stack<byte[]> free = new();
    private int idle; // the fewest that lay free in this window

    /// <summary>Bytes that lie free.</summary>
    public long FreeBytes
    {
        get
        {
            lock (gate)
            {
                return (long)free.Count * ChunkBytes;
            }
        }
    }

    /// <summary>A chunk with whatever it held before.</summary>
    public byte[] Rent()
    {
        lock (gate)
        {
            if (free.TryPop(out byte[]? chunk))
            {
                idle = Math.Min(idle, free.Count);
                return chunk;
            }
            idle = 0;
        }
        return GC.AllocateUninitializedArray<byte>(ChunkBytes, pinned: true);
    }

    /// <summary>Takes a chunk back. One of another length is dropped.</summary>
    public void Return(byte[] chunk)
    {
        if (chunk.Length == ChunkBytes)
        {
            lock (gate)
            {
                free.Push(chunk);
            }
        }
    }

    /// <summary>Drops what was not needed since the last call, and begins another window.</summary>
    public void EndWindow()
    {
        lock (gate)
        {
            for (; idle > 0; idle--)
            {
                free.Pop();
            }
            idle = free.Count;
        }
    }
}
