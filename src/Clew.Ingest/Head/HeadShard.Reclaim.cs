using Clew.Core.Columns;
using Clew.Ingest.Sampling.Decisions;

namespace Clew.Ingest.Head;

// How parts leave and their memory comes back.
internal sealed partial class HeadShard
{
    /// <summary>Fewer dead spans than this are not worth moving the others, unless memory is short.</summary>
    private const int MinDeadSpans = 1024;

    /// <summary>So many dead spans for each live one are worth moving the live ones out of the newest arena.</summary>
    private const int DeadPerLive = 4;

    /// <summary>The same for an arena that takes no new traces: it empties by itself, unless a few traces stay open much longer.</summary>
    private const int DeadPerLiveInOld = 16;

    /// <summary>Notes that the store has the part: snapshots of that epoch and later ones no longer see it here.</summary>
    public void MarkStored(int part, long epoch)
    {
        lock (Gate)
        {
            Parts[part].State = PartState.Stored;
            Parts[part].StoredEpoch = epoch;
            var arena = Parts[part].Arena;
            for (int row = Parts[part].FirstRow; row >= 0; row = arena.Spans.NextInPart(row))
            {
                arena.MarkStored(row, epoch);
            }
            closedSpans -= Parts[part].SpanCount;
            closedBytes -= Parts[part].Bytes;
        }
    }

    /// <summary>Removes a stored part that no snapshot sees any more. Returns by how much the bytes in use shrank.</summary>
    public long Free(int part)
    {
        lock (Gate)
        {
            var arena = Parts[part].Arena;
            arena.LiveSpans -= Parts[part].SpanCount;
            arena.LiveParts--;
            arena.Stored.ForgetUpTo(Parts[part].StoredEpoch);
            Unchain(part);
            Parts.Free(part);
            liveParts--;
            long freed = PartBytes;
            if (arena.LiveParts == 0 && arena != Newest)
            {
                freed += arena.UsedBytes;
                Empty(arena);
            }
            return freed;
        }
    }

    /// <summary>
    /// Sorts out those spans of a part that the store holds too; if it holds any part of the trace, this one is a late one. From an
    /// open part they are removed. In a closed one they are left out of what is handed over, but stay to be seen: a snapshot may be older
    /// than the store's copy.
    /// </summary>
    /// <returns>How many there are.</returns>
    public int SortOutStored(int part, SpanBatch stored)
    {
        var bySpanId = new Dictionary<ulong, List<int>>();
        for (int i = 0; i < stored.Count; i++)
        {
            ulong id = stored.Spans.SpanIds[i].Value;
            if (!bySpanId.TryGetValue(id, out var list))
            {
                bySpanId.Add(id, list = []);
            }
            list.Add(i);
        }
        lock (Gate)
        {
            Parts[part].MayBeStored = false;
            return SortOut(part, new StoredSpans(stored, bySpanId));
        }
    }

    /// <summary>Sorts out those spans of a part that were counted and dropped before, as <see cref="SortOutStored"/> does stored ones.</summary>
    /// <returns>How many there are.</returns>
    public int SortOutDropped(int part, DecisionMemory decisions)
    {
        lock (Gate)
        {
            var dropped = new DroppedSpans(decisions, Parts[part].Tenant);
            for (int row = Parts[part].FirstRow; row >= 0; row = Parts[part].Arena.Spans.NextInPart(row))
            {
                if (dropped.Knows(Parts[part].Arena, row, Parts[part].TraceId))
                {
                    return SortOut(part, dropped);
                }
            }
            return 0;
        }
    }

    private int SortOut<TKnown>(int part, TKnown known)
        where TKnown : struct, IKnownSpans => Parts[part].State == PartState.Open ? Remove(part, known) : LeaveOut(part, known);

    private int Remove<TKnown>(int part, TKnown known)
        where TKnown : struct, IKnownSpans
    {
        var spans = Parts[part].Arena.Spans;
        int row = Parts[part].FirstRow;
        int before = Parts[part].SpanCount;
        bool hasRoot = false;
        Parts[part].FirstRow = -1;
        Parts[part].LastRow = -1;
        Parts[part].SpanCount = 0;
        while (row >= 0)
        {
            int next = spans.NextInPart(row);
            spans.SetNextInPart(row, -1);
            if (!known.Knows(Parts[part].Arena, row, Parts[part].TraceId))
            {
                LinkRow(part, row);
                hasRoot |= !spans.HasParent(row);
            }
            else
            {
                Parts[part].Arena.Kill(row);
            }
            row = next;
        }
        int removed = before - Parts[part].SpanCount;
        Parts[part].Arena.LiveSpans -= removed;
        openSpans -= removed;
        Parts.BecomeLate(part, hasRoot);
        // What is left may be the other end of calls that the store has one end of: it is asked again when this part is counted.
        Parts[part].MayBeStored = Parts[part].SpanCount > 0;
        return removed;
    }

    private int LeaveOut<TKnown>(int part, TKnown known)
        where TKnown : struct, IKnownSpans
    {
        var spans = Parts[part].Arena.Spans;
        int leftOut = 0;
        for (int row = Parts[part].FirstRow; row >= 0; row = spans.NextInPart(row))
        {
            if (!spans.IsLeftOut(row) && known.Knows(Parts[part].Arena, row, Parts[part].TraceId))
            {
                spans.SetLeftOut(row);
                leftOut++;
            }
        }
        Parts[part].Flags |= TraceFlags.Late;
        return leftOut;
    }

    /// <summary>Notes whether the store may hold some of the part's spans.</summary>
    public void SetMayBeStored(int part, bool value)
    {
        lock (Gate)
        {
            Parts[part].MayBeStored = value;
        }
    }

    /// <summary>Closes an open part if it was left without spans.</summary>
    public void CloseIfEmpty(int part)
    {
        lock (Gate)
        {
            if (Parts[part].State == PartState.Open && Parts[part].SpanCount == 0)
            {
                Close(part, TraceFlags.None);
            }
        }
    }

    /// <summary>
    /// Moves the live spans out of arenas in which dead ones weigh enough, and gives those back. Returns by how much the bytes in use shrank.
    /// </summary>
    /// <param name="urgent">Whether an eighth of dead spans is enough.</param>
    public long Compact(bool urgent)
    {
        lock (Gate)
        {
            long before = UsedBytes;
            for (int i = arenas.Count - 1; i >= 0; i--)
            {
                if (IsWorthMoving(arenas[i], urgent))
                {
                    MoveOut(arenas[i]);
                }
            }
            return before - UsedBytes;
        }
    }

    private bool IsWorthMoving(Arena arena, bool urgent)
    {
        int dead = arena.DeadSpans;
        return dead > 0 && (
            arena.LiveParts == 0
            || (urgent && dead >= arena.Spans.Count / 8)
            || (dead >= MinDeadSpans && dead >= (long)arena.LiveSpans * (arena == Newest ? DeadPerLive : DeadPerLiveInOld)));
    }

    private void MoveOut(Arena old)
    {
        if (old == Newest)
        {
            BeginArena();
        }
        if (old.LiveParts == 0)
        {
            if (arenas.Contains(old))
            {
                Empty(old);
            }
            return;
        }
        var arena = Newest;
        arena.Begin(old.Batch, ++payloads, whole: false);
        for (int part = 0; part < Parts.Count; part++)
        {
            if (Parts[part].Arena == old)
            {
                Move(part, old, arena);
            }
        }
        Empty(old);
    }

    private void Move(int part, Arena old, Arena arena)
    {
        int row = Parts[part].FirstRow;
        Parts[part].Arena = arena;
        Parts[part].FirstRow = -1;
        Parts[part].LastRow = -1;
        Parts[part].SpanCount = 0;
        Parts[part].IsIndexed = false;
        arena.LiveParts++;
        arena.Welcome(Parts[part].Tenant);
        arena.Serve(Parts[part].Tenant);
        var traceId = Parts[part].TraceId;
        for (; row >= 0; row = old.Spans.NextInPart(row))
        {
            int moved = arena.Add(old.Batch, old.Show(row, traceId));
            old.Hide();
            if (old.Spans.IsLeftOut(row))
            {
                arena.Spans.SetLeftOut(moved);
            }
            Append(part, arena, moved);
            if (Parts[part].State == PartState.Stored)
            {
                arena.MarkStored(moved, Parts[part].StoredEpoch);
            }
        }
    }

    private void Unchain(int part)
    {
        var key = new TraceKey(Parts[part].Tenant, Parts[part].TraceId);
        int younger = newest[key];
        if (younger == part)
        {
            if (Parts[part].Older >= 0)
            {
                newest[key] = Parts[part].Older;
            }
            else
            {
                newest.Remove(key);
            }
            return;
        }
        while (Parts[younger].Older != part)
        {
            younger = Parts[younger].Older;
        }
        Parts[younger].Older = Parts[part].Older;
    }
}
