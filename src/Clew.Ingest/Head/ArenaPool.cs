namespace Clew.Ingest.Head;

/// <summary>Empty arenas, with the tables that they have grown, and the memory of their spans.</summary>
/// <remarks>Thread-safe. Bounded as <see cref="ChunkPool"/> is.</remarks>
internal sealed class ArenaPool
{
    private readonly Lock gate = new();
    private readonly Stack<Arena> free = new();
    private int idle;
    private long freeBytes;

    /// <summary>The memory of their spans.</summary>
    public ChunkPool Chunks { get; } = new();

    /// <summary>Bytes reserved by what lies free.</summary>
    public long FreeBytes
    {
        get
        {
            lock (gate)
            {
                return freeBytes + Chunks.FreeBytes;
            }
        }
    }

    /// <summary>An empty arena.</summary>
    public Arena Rent()
    {
        lock (gate)
        {
            if (free.TryPop(out var arena))
            {
                freeBytes -= arena.AllocatedBytes;
                idle = Math.Min(idle, free.Count);
                return arena;
            }
            idle = 0;
        }
        return new Arena(Chunks);
    }

    /// <summary>Empties an arena and takes it back.</summary>
    public void Return(Arena arena)
    {
        arena.Clear();
        lock (gate)
        {
            free.Push(arena);
            freeBytes += arena.AllocatedBytes;
        }
    }

    /// <summary>Drops what was not needed since the last call, and begins another window.</summary>
    public void EndWindow()
    {
        lock (gate)
        {
            for (; idle > 0; idle--)
            {
                freeBytes -= free.Pop().AllocatedBytes;
            }
            idle = free.Count;
        }
        Chunks.EndWindow();
    }
}
