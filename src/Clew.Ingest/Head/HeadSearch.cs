using Clew.Core.Scan;

namespace Clew.Ingest.Head;

/// <summary>One search over the head: blocks of rows are looked at newest first, and only as far as the caller reads.</summary>
/// <remarks>
/// <list type="number">
/// <item>Line up the blocks that may hold a match, by the latest start of a span in them. A part begins no later than any of its spans: one
/// that is found in a block stands at the block's latest start or behind.</item>
/// <item>Look at the first block: rows of classes that may match, of parts that the snapshot sees.</item>
/// <item>What was found is a hit as soon as the next block cannot hold anything newer.</item>
/// <item>Where an arena was emptied meanwhile, because what was left in it was moved, line up the shard's blocks again.</item>
/// </list>
/// Holds a shard's lock for a bounded piece of work at a time, never while the caller works. Bounded by the head's blocks and the parts that
/// match. Spans that come after the lining up are not found. Belongs to one thread at a time.
/// </remarks>
internal sealed class HeadSearch
{
    /// <summary>Rows looked at, or blocks, within one hold of the lock.</summary>
    private const int RowsPerHold = 2048;
    private const int BlocksPerHold = 16;

    private readonly IReadOnlyList<HeadShard> shards;
    private readonly TraceSearch search;
    private readonly long epoch;
    private readonly int[] turns;
    private readonly PriorityQueue<(ArenaLook Look, int Block), ulong> blocks; // by latest start, inverted
    private readonly PriorityQueue<TracePosition, TracePosition> found = new();
    private readonly HashSet<(int Shard, int Serial)> met = [];
    private TracePosition last = new(ulong.MaxValue, new(ulong.MaxValue, ulong.MaxValue));
    private long scanned;

    public HeadSearch(IReadOnlyList<HeadShard> shards, TraceSearch search, long epoch)
    {
        this.shards = shards;
        this.search = search;
        this.epoch = epoch;
        turns = new int[shards.Count];
        var all = new List<((ArenaLook, int), ulong)>();
        for (int shard = 0; shard < shards.Count; shard++)
        {
            while (!TryLineUp(shard, all))
            {
                turns[shard]++;
            }
        }
        blocks = new PriorityQueue<(ArenaLook, int), ulong>(all); // in linear time
    }

    /// <summary>Gives out the next hit, or looks for it for a bounded while.</summary>
    public SearchStep Step(out TracePosition position)
    {
        if (IsNextKnown())
        {
            last = position = found.Dequeue();
            return SearchStep.Hit;
        }
        position = default;
        if (!blocks.TryPeek(out var next, out _))
        {
            return SearchStep.End;
        }
        int shard = next.Look.Shard;
        lock (shards[shard].Gate)
        {
            long before = scanned;
            for (int i = 0; i < BlocksPerHold && scanned - before < RowsPerHold && !IsNextKnown(); i++)
            {
                if (!blocks.TryPeek(out next, out _) || next.Look.Shard != shard)
                {
                    break;
                }
                blocks.Dequeue();
                LookAt(next.Look, next.Block);
            }
        }
        return SearchStep.Looked;
    }

    /// <summary>Spans looked at since the last call.</summary>
    public long TakeScanned()
    {
        long spans = scanned;
        scanned = 0;
        return spans;
    }

    private bool IsNextKnown() =>
        found.TryPeek(out var first, out _) && (!blocks.TryPeek(out _, out ulong inverted) || first.StartTime > ~inverted);

    /// <summary>Lines up a shard's blocks, an arena at a time; false where one of the arenas was emptied meanwhile.</summary>
    private bool TryLineUp(int shard, List<((ArenaLook, int), ulong)> into)
    {
        (Arena Arena, long Version)[] arenas;
        lock (shards[shard].Gate)
        {
            arenas = [.. shards[shard].Arenas.Select(arena => (arena, arena.Version))];
        }
        foreach (var (arena, version) in arenas)
        {
            lock (shards[shard].Gate)
            {
                if (arena.Version != version)
                {
                    return false;
                }
                LineUp(shard, arena, into);
            }
        }
        return true;
    }

    private void LineUp(int shard, Arena arena, List<((ArenaLook, int), ulong)> into)
    {
        if (arena.Tenant != search.Tenant && !arena.HasTenants)
        {
            return;
        }
        var conditions = new ArenaConditions(arena, search.Predicates);
        if (!conditions.CanMatch)
        {
            return;
        }
        var look = new ArenaLook(shard, turns[shard], arena, arena.Version, arena.Rows.Count, conditions);
        for (int block = 0; block < arena.Blocks.Count; block++)
        {
            if (search.Range.Overlaps(arena.Blocks.MinStart(block), arena.Blocks.MaxStart(block)) && conditions.MayLieIn(block))
            {
                into.Add(((look, block), ~arena.Blocks.MaxStart(block)));
            }
        }
    }

    private void LookAt(ArenaLook look, int block)
    {
        if (look.Turn != turns[look.Shard])
        {
            return;
        }
        var arena = look.Arena;
        if (look.Version != arena.Version)
        {
            turns[look.Shard]++;
            var again = new List<((ArenaLook, int), ulong)>();
            TryLineUp(look.Shard, again); // the lock is held: nothing is emptied
            blocks.EnqueueRange(again);
            return;
        }
        int end = arena.Blocks.End(block, look.Rows);
        var classes = arena.Rows.Classes[..end];
        var verdicts = look.Conditions.Verdicts;
        int number = Next(classes, arena.Blocks.First(block), verdicts);
        if (number == end)
        {
            return;
        }
        int run = arena.Runs.Of(number);
        int chunk = arena.Rows.ChunkOf(number);
        while (number < end)
        {
            int runEnd = arena.Runs.End(run, look.Rows);
            if (runEnd > number)
            {
                LookAt(look, arena.Runs.Part(run), number, Math.Min(runEnd, end), ref chunk);
                number = Next(classes, runEnd, verdicts);
            }
            run++;
        }
    }

    /// <summary>Looks for a match in rows of a run.</summary>
    private void LookAt(ArenaLook look, int slot, int first, int end, ref int chunk)
    {
        var arena = look.Arena;
        ref var part = ref shards[look.Shard].Parts[slot];
        int row = arena.Rows.Row(first, ref chunk);
        if (!shards[look.Shard].IsIn(slot, arena, row, epoch) || part.Tenant != search.Tenant || met.Contains((look.Shard, part.Serial)))
        {
            return;
        }
        var classes = arena.Rows.Classes;
        var verdicts = look.Conditions.Verdicts;
        for (int number = first; number < end; number++)
        {
            int spanClass = classes[number];
            if (spanClass >= verdicts.Length || verdicts[spanClass] == Verdict.No)
            {
                continue;
            }
            scanned++;
            row = arena.Rows.Row(number, ref chunk);
            if (search.Range.Contains(arena.Spans.StartTime(row))
                && (verdicts[spanClass] == Verdict.All || look.Conditions.Holds(row, spanClass, part.TraceId)))
            {
                met.Add((look.Shard, part.Serial));
                var position = new TracePosition(part.MinStart, part.TraceId);
                if (position >= last)
                {
                    found.Enqueue(position, position);
                }
                return;
            }
        }
    }

    /// <summary>The next row of a class that may match; the end where there is none. Dead rows have a class beyond all others.</summary>
    private static int Next(ReadOnlySpan<ushort> classes, int number, ReadOnlySpan<Verdict> verdicts)
    {
        while (number < classes.Length && (classes[number] >= verdicts.Length || verdicts[classes[number]] == Verdict.No))
        {
            number++;
        }
        return Math.Min(number, classes.Length);
    }
}
