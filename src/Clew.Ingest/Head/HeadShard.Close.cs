using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Ingest.Assembly;
using Clew.Ingest.Closing;

namespace Clew.Ingest.Head;

// How parts close and are handed over.
internal sealed partial class HeadShard
{
    /// <summary>Closes every open part whose time has come; cost in proportion to their number.</summary>
    public void CloseDue(in CloseDeadlines deadlines)
    {
        lock (Gate)
        {
            while (Parts.QuietestRooted is >= 0 and var part && Parts.LastArrivals[part] <= deadlines.QuietSince)
            {
                Close(part, TraceFlags.None);
            }
            while (Parts.QuietestRootless is >= 0 and var part && Parts.LastArrivals[part] <= deadlines.IdleSince)
            {
                Close(part, TraceFlags.None);
            }
            while (Parts.Oldest is >= 0 and var part && Parts.Created[part] <= deadlines.OpenSince)
            {
                Close(part, TraceFlags.ClosedAtBound);
            }
        }
    }

    /// <summary>When the part that has been quiet longest took its last span; <see cref="long.MaxValue"/> where none is open.</summary>
    public long QuietestSince()
    {
        lock (Gate)
        {
            int part = Quietest();
            return part < 0 ? long.MaxValue : Parts.LastArrivals[part];
        }
    }

    /// <summary>Closes the part that has been quiet longest, to free memory. Returns its bytes.</summary>
    public long CloseQuietest()
    {
        lock (Gate)
        {
            int part = Quietest();
            if (part < 0)
            {
                return 0;
            }
            Close(part, TraceFlags.ClosedEarly);
            return Parts.Bytes[part];
        }
    }

    /// <summary>Closes the open parts that need journal records before that position.</summary>
    public void CloseHoldersOf(long position)
    {
        lock (Gate)
        {
            for (int part = 0; part < Parts.Count; part++)
            {
                if (Parts.States[part] == PartState.Open && Parts.Positions[part] < position)
                {
                    Close(part, TraceFlags.ClosedEarly);
                }
            }
        }
    }

    /// <summary>Takes the parts that closed since the last call.</summary>
    public void TakeClosed(List<PartRef> into)
    {
        lock (Gate)
        {
            while (closed.TryDequeue(out int part))
            {
                into.Add(new PartRef(this, part));
            }
        }
    }

    /// <summary>The open parts that the store may hold some of.</summary>
    public void FindOpenMaybeStored(List<PartRef> into)
    {
        lock (Gate)
        {
            for (int part = 0; part < Parts.Count; part++)
            {
                if (Parts.States[part] == PartState.Open && Parts.MayBeStored[part])
                {
                    into.Add(new PartRef(this, part));
                }
            }
        }
    }

    /// <summary>What a part is, for whoever hands it over.</summary>
    public PartDescription Describe(int part)
    {
        lock (Gate)
        {
            return new PartDescription(
                Parts.Tenants[part], Parts.TraceIds[part], Parts.SpanCounts[part], Parts.Bytes[part], Parts.MayBeStored[part]);
        }
    }

    /// <summary>Closes these parts into the closer's batch; they stay here, readable; empty ones are left out. One hold of the lock for all of them.</summary>
    public void CopyClosed(ReadOnlySpan<PartRef> closedParts, TraceCloser closer, List<int> rows)
    {
        lock (Gate)
        {
            closer.Begin(arena.Batch);
            foreach (var (_, part) in closedParts)
            {
                rows.Clear();
                for (int row = Parts.FirstRows[part]; row >= 0; row = arena.Rows.NextInPart[row])
                {
                    if (!arena.Rows.LeftOut[row])
                    {
                        rows.Add(row);
                    }
                }
                if (rows.Count > 0)
                {
                    closer.Close(Parts.TraceIds[part], CollectionsMarshal.AsSpan(rows), Parts.Flags[part]);
                }
            }
        }
    }

    /// <summary>The oldest journal record that a part not yet stored needs; <see cref="long.MaxValue"/> where none does.</summary>
    public long OldestPosition()
    {
        lock (Gate)
        {
            long oldest = long.MaxValue;
            for (int part = 0; part < Parts.Count; part++)
            {
                if (Parts.States[part] is PartState.Open or PartState.Closed)
                {
                    oldest = Math.Min(oldest, Parts.Positions[part]);
                }
            }
            return oldest;
        }
    }

    private int Quietest()
    {
        int rooted = Parts.QuietestRooted;
        int rootless = Parts.QuietestRootless;
        return rooted < 0 ? rootless
            : rootless < 0 || Parts.LastArrivals[rooted] <= Parts.LastArrivals[rootless] ? rooted
            : rootless;
    }

    private void Close(int part, TraceFlags flags)
    {
        Parts.Close(part, flags);
        recent.Add(new TraceKey(Parts.Tenants[part], Parts.TraceIds[part]), IsLarge(part));
        closed.Enqueue(part);
        openParts--;
        openSpans -= Parts.SpanCounts[part];
        openBytes -= Parts.Bytes[part];
        closedSpans += Parts.SpanCounts[part];
        closedBytes += Parts.Bytes[part];
        if (flags.HasFlag(TraceFlags.ClosedEarly))
        {
            reasons.CountEarly();
        }
        if (flags.HasFlag(TraceFlags.ClosedAtBound))
        {
            reasons.CountAtBound();
        }
    }
}
