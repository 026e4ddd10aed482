using Clew.Core.Columns;

namespace Clew.Ingest.Head;

// How parts leave and their memory comes back.
internal sealed partial class HeadShard
{
    /// <summary>Fewer dead rows than this are not worth a copy, unless memory is short.</summary>
    private const int MinDeadRows = 1024;

    /// <summary>Notes that the store has the part: snapshots of that epoch and later ones no longer see it here.</summary>
    public void MarkStored(int part, long epoch)
    {
        lock (Gate)
        {
            Parts.States[part] = PartState.Stored;
            Parts.StoredEpochs[part] = epoch;
            closedSpans -= Parts.SpanCounts[part];
            closedBytes -= Parts.Bytes[part];
        }
    }

    /// <summary>Removes a stored part that no snapshot sees any more. Returns by how much the bytes in use shrank; its rows follow at the next copy.</summary>
    public long Free(int part)
    {
        lock (Gate)
        {
            for (int row = Parts.FirstRows[part]; row >= 0; row = arena.Spans.NextInPart(row))
            {
                arena.Spans.MarkDead(row);
                liveRows--;
            }
            Unchain(part);
            Parts.Free(part);
            liveParts--;
            return PartBytes;
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
            Parts.MayBeStored[part] = false;
            return Parts.States[part] == PartState.Open ? RemoveStored(part, stored, bySpanId) : LeaveOutStored(part, stored, bySpanId);
        }
    }

    private int RemoveStored(int part, SpanBatch stored, Dictionary<ulong, List<int>> bySpanId)
    {
        int row = Parts.FirstRows[part];
        int before = Parts.SpanCounts[part];
        bool hasRoot = false;
        Parts.FirstRows[part] = -1;
        Parts.LastRows[part] = -1;
        Parts.SpanCounts[part] = 0;
        while (row >= 0)
        {
            int next = arena.Spans.NextInPart(row);
            arena.Spans.SetNextInPart(row, -1);
            if (IsStored(part, row, stored, bySpanId))
            {
                arena.Spans.MarkDead(row);
                liveRows--;
            }
            else
            {
                LinkRow(part, row);
                hasRoot |= !arena.Spans.HasParent(row);
            }
            row = next;
        }
        int removed = before - Parts.SpanCounts[part];
        openSpans -= removed;
        Parts.BecomeLate(part, hasRoot);
        return removed;
    }

    private int LeaveOutStored(int part, SpanBatch stored, Dictionary<ulong, List<int>> bySpanId)
    {
        int leftOut = 0;
        for (int row = Parts.FirstRows[part]; row >= 0; row = arena.Spans.NextInPart(row))
        {
            if (IsStored(part, row, stored, bySpanId))
            {
                arena.Spans.SetLeftOut(row);
                leftOut++;
            }
        }
        Parts.Flags[part] |= TraceFlags.Late;
        return leftOut;
    }

    /// <summary>Notes whether the store may hold some of the part's spans.</summary>
    public void SetMayBeStored(int part, bool value)
    {
        lock (Gate)
        {
            Parts.MayBeStored[part] = value;
        }
    }

    /// <summary>Closes an open part if it was left without spans.</summary>
    public void CloseIfEmpty(int part)
    {
        lock (Gate)
        {
            if (Parts.States[part] == PartState.Open && Parts.SpanCounts[part] == 0)
            {
                Close(part, TraceFlags.None);
            }
        }
    }

    /// <summary>Copies the live rows to a fresh arena if dead ones weigh enough. Returns by how much the bytes in use shrank.</summary>
    /// <param name="spare">An empty arena; afterwards the one that is now empty.</param>
    /// <param name="urgent">Whether an eighth of the rows is enough; otherwise it takes half.</param>
    public long Compact(ref Arena spare, bool urgent)
    {
        lock (Gate)
        {
            int deadRows = arena.Spans.Count - liveRows;
            bool worthIt = urgent ? deadRows >= arena.Spans.Count / 8 : deadRows >= liveRows && (deadRows >= MinDeadRows || liveRows == 0);
            if (deadRows == 0 || !worthIt)
            {
                return 0;
            }
            long before = UsedBytes;
            var old = arena;
            arena = spare;
            arena.Begin(old.Batch);
            for (int part = 0; part < Parts.Count; part++)
            {
                if (Parts.States[part] != PartState.Free)
                {
                    Move(part, old);
                }
            }
            ArenaVersion++;
            old.Clear();
            spare = old;
            return before - UsedBytes;
        }
    }

    private void Move(int part, Arena old)
    {
        int row = Parts.FirstRows[part];
        Parts.FirstRows[part] = -1;
        Parts.LastRows[part] = -1;
        Parts.SpanCounts[part] = 0;
        Parts.AreIndexed[part] = false;
        var traceId = Parts.TraceIds[part];
        for (; row >= 0; row = old.Spans.NextInPart(row))
        {
            int moved = arena.Add(old.Batch, old.Show(row, traceId), part);
            old.Hide();
            if (old.Spans.IsLeftOut(row))
            {
                arena.Spans.SetLeftOut(moved);
            }
            Append(part, moved);
        }
    }

    private bool IsStored(int part, int row, SpanBatch stored, Dictionary<ulong, List<int>> bySpanId)
    {
        if (!bySpanId.TryGetValue(arena.Spans.SpanId(row), out var copies))
        {
            return false;
        }
        int shown = arena.Show(row, Parts.TraceIds[part]);
        bool found = false;
        for (int i = 0; i < copies.Count && !found; i++)
        {
            found = SpanContent.Same(arena.Batch, shown, stored, copies[i]);
        }
        arena.Hide();
        return found;
    }

    private void Unchain(int part)
    {
        var key = new TraceKey(Parts.Tenants[part], Parts.TraceIds[part]);
        int younger = newest[key];
        if (younger == part)
        {
            if (Parts.Olders[part] >= 0)
            {
                newest[key] = Parts.Olders[part];
            }
            else
            {
                newest.Remove(key);
            }
            return;
        }
        while (Parts.Olders[younger] != part)
        {
            younger = Parts.Olders[younger];
        }
        Parts.Olders[younger] = Parts.Olders[part];
    }
}
