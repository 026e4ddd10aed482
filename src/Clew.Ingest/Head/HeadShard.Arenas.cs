using Clew.Ingest.Pipeline;

namespace Clew.Ingest.Head;

// Which arenas there are.
internal sealed partial class HeadShard
{
    /// <summary>Parts of the head's budget that the newest arenas of all shards may take together: 1 in so many.</summary>
    private const int ArenasInBudget = 8;

    private const int MinArenaBytes = ChunkPool.ChunkBytes;

    /// <summary>The arena that new traces go to.</summary>
    private Arena Newest => arenas[^1];

    /// <summary>
    /// An arena is full when its spans make one good batch for the store, with some room for what traces of older arenas left over.
    /// </summary>
    private void BeginArenaIfFull()
    {
        var arena = Newest;
        if (arena.Spans.Count >= options.FlushSpans - (options.FlushSpans / 16) || arena.UsedBytes >= MaxArenaBytes(options))
        {
            BeginArena();
        }
    }

    private void BeginArena()
    {
        var full = Newest;
        arenas.Add(pool.Rent());
        if (full.LiveParts == 0)
        {
            Empty(full);
        }
    }

    /// <summary>Gives an arena back that no part lies in.</summary>
    private void Empty(Arena arena)
    {
        arenas.Remove(arena);
        pool.Return(arena);
    }

    private static long MaxArenaBytes(PipelineOptions options) => Math.Max(
        MinArenaBytes, Math.Min(options.FlushBytes - (options.FlushBytes / 16), options.HeadBytes / (ArenasInBudget * options.HeadShards)));
}
