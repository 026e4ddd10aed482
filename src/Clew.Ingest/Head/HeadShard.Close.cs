using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Ingest.Assembly;
using Clew.Ingest.Closing;

namespace Clew.Ingest.Head;

// How parts close and are handed over.
internal sealed partial class HeadShard
{
    /// <summary>Spans copied under one hold of the lock.</summary>
    public const int SpansPerHold = 1024;

    /// <summary>Parts whose memory is asked for at once.</summary>
    public const int Anticipated = 16;

    /// <summary>Rows of each of them that are asked for: what lies behind would be gone from the caches again.</summary>
    private const int AnticipatedRows = 64;

    /// <summary>Closes every open part whose time has come; cost in proportion to their number.</summary>
    public void CloseDue(in CloseDeadlines deadlines)
    {
        lock (Gate)
        {
            while (Parts.QuietestRooted is >= 0 and var part && Parts[part].LastArrival <= deadlines.QuietSince)
            {
                Close(part, TraceFlags.None);
            }
            while (Parts.QuietestRootless is >= 0 and var part && Parts[part].LastArrival <= deadlines.IdleSince)
            {
                Close(part, TraceFlags.None);
            }
            while (Parts.Oldest is >= 0 and var part && Parts[part].Created <= deadlines.OpenSince)
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
            return part < 0 ? long.MaxValue : Parts[part].LastArrival;
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
            return Parts[part].Bytes;
        }
    }

    /// <summary>Closes the open parts that need journal records before that position.</summary>
    public void CloseHoldersOf(long position)
    {
        lock (Gate)
        {
            for (int part = 0; part < Parts.Count; part++)
            {
                if (Parts[part].State == PartState.Open && Parts[part].Position < position)
                {
                    Close(part, TraceFlags.ClosedEarly);
                }
            }
        }
    }

    /// <summary>Closes the open part of a trace, where there is one. True where the head holds spans of it that are not stored.</summary>
    public bool CloseTrace(TraceKey trace)
    {
        lock (Gate)
        {
            if (!newest.TryGetValue(trace, out int part))
            {
                return false;
            }
            if (Parts[part].State == PartState.Open)
            {
                Close(part, TraceFlags.None);
            }
            return Parts[part].State == PartState.Closed;
        }
    }

    /// <summary>Takes the parts that closed since the last call.</summary>
    public void TakeClosed(List<WaitingPart> into, long now)
    {
        lock (Gate)
        {
            while (closed.TryDequeue(out int part))
            {
                into.Add(new WaitingPart(new PartRef(this, part), Describe(part), Parts[part].Arena, now));
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
                if (Parts[part].State == PartState.Open && Parts[part].MayBeStored)
                {
                    into.Add(new PartRef(this, part));
                }
            }
        }
    }

    /// <summary>
    /// Adds those of the parts that are this shard's and that the store may hold some of. Where an older part of a trace still waits, these
    /// overtake it: when its turn comes, the store holds some of its trace.
    /// </summary>
    public void FindMaybeStored(List<WaitingPart> parts, List<PartRef> into)
    {
        lock (Gate)
        {
            foreach (var (part, _, _, _) in parts)
            {
                if (part.Shard != this)
                {
                    continue;
                }
                if (Parts[part.Slot].MayBeStored)
                {
                    into.Add(part);
                }
                for (int older = Parts[part.Slot].Older; older >= 0; older = Parts[older].Older)
                {
                    Parts[older].MayBeStored |= Parts[older].State == PartState.Closed && !IsLarge(older);
                }
            }
        }
    }

    /// <summary>What a part is, and the smallest and largest start of its spans, for whoever asks the store for it.</summary>
    public (Tenant Tenant, TraceId TraceId, ulong MinStart, ulong MaxStart) KeyOf(int part)
    {
        lock (Gate)
        {
            return (Parts[part].Tenant, Parts[part].TraceId, Parts[part].MinStart, Parts[part].MaxStart);
        }
    }

    /// <summary>Says where those of the parts lie that are this shard's.</summary>
    public void FindPlaces(List<WaitingPart> parts, Span<ClosingOrder.Place> into)
    {
        lock (Gate)
        {
            for (int i = 0; i < parts.Count; i++)
            {
                if (parts[i].Part.Shard == this)
                {
                    ref var part = ref Parts[parts[i].Part.Slot];
                    into[i] = new ClosingOrder.Place(part.Arena, new TracePosition(part.MinStart, part.TraceId), i);
                }
            }
        }
    }

    /// <summary>Lets the closer share the dictionary of an arena of this shard.</summary>
    public void Share(Arena arena, TraceCloser closer)
    {
        lock (Gate)
        {
            closer.Share(arena.Batch);
        }
    }

    /// <summary>Makes the closer ready for <see cref="CopyClosed"/> from this arena: what is closed now can be copied, until it is moved.</summary>
    public void BeginCopy(Arena arena, TraceCloser closer)
    {
        lock (Gate)
        {
            closer.Begin(arena.Batch);
        }
    }

    /// <summary>
    /// Asks for the memory of parts that are about to be read. A part's spans are a chain of rows that lie far apart, so that one walk would
    /// wait for each row in turn; several chains walked side by side wait together.
    /// </summary>
    /// <param name="parts">Parts of any shard, at most <see cref="Anticipated"/>; those of others are passed over.</param>
    public void Anticipate(ReadOnlySpan<WaitingPart> parts)
    {
        Span<int> rows = stackalloc int[Anticipated];
        Span<int> slots = stackalloc int[Anticipated];
        lock (Gate)
        {
            int chains = 0;
            foreach (ref readonly var waiting in parts)
            {
                if (waiting.Part.Shard == this)
                {
                    Parts.Prefetch(waiting.Part.Slot);
                    slots[chains++] = waiting.Part.Slot;
                }
            }
            for (int i = 0; i < chains; i++)
            {
                rows[i] = Parts[slots[i]].FirstRow;
            }
            for (int step = 0; step < AnticipatedRows && chains > 0; step++)
            {
                int left = 0;
                for (int i = 0; i < chains; i++)
                {
                    if (rows[i] >= 0)
                    {
                        int next = Parts[slots[i]].Arena.Spans.Anticipate(rows[i]);
                        (rows[left], slots[left]) = (next, slots[i]);
                        left++;
                    }
                }
                chains = left;
            }
        }
    }

    /// <summary>
    /// Puts spans of a closed part into the closer's outline, without those that are left out, as many as one hold of the lock allows.
    /// </summary>
    /// <param name="part">Its slot.</param>
    /// <param name="row">Where to go on; −1 at the beginning.</param>
    /// <param name="outline">The closer's.</param>
    /// <param name="rows">The rows of the arena, by row of the outline.</param>
    /// <param name="flags">The part's flags.</param>
    /// <returns>Where to go on, −1 at the end.</returns>
    public int Outline(int part, int row, SpanTable outline, List<int> rows, out TraceFlags flags)
    {
        lock (Gate)
        {
            var packed = Parts[part].Arena.Spans;
            flags = Parts[part].Flags;
            row = row < 0 ? Parts[part].FirstRow : row;
            for (int left = SpansPerHold; row >= 0 && left > 0; left--)
            {
                if (!packed.IsLeftOut(row))
                {
                    packed.Outline(row, outline);
                    rows.Add(row);
                }
                row = packed.NextInPart(row);
            }
            return row;
        }
    }

    /// <summary>Copies spans of a closed part, at most <see cref="SpansPerHold"/>. They stay here, readable.</summary>
    /// <param name="part">Its slot.</param>
    /// <param name="rows">Rows of the part's arena.</param>
    /// <param name="closer">Begun by <see cref="BeginCopy"/> for the arena that the part lies in. Where it shares the dictionary of another
    /// shard's arena, the caller holds that shard's lock.</param>
    public void CopyClosed(int part, ReadOnlySpan<int> rows, TraceCloser closer)
    {
        lock (Gate)
        {
            var arena = Parts[part].Arena;
            var traceId = Parts[part].TraceId;
            bool shared = closer.Shares(arena.Batch);
            foreach (int row in rows)
            {
                if (shared)
                {
                    arena.CopyShared(row, traceId, closer.Copier);
                }
                else
                {
                    arena.Copy(row, traceId, closer.Copier);
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
                if (Parts[part].State is PartState.Open or PartState.Closed)
                {
                    oldest = Math.Min(oldest, Parts[part].Position);
                }
            }
            return oldest;
        }
    }

    private PartDescription Describe(int part) => new(Parts[part].Tenant, Parts[part].TraceId, Parts[part].SpanCount, Parts[part].Bytes);

    private int Quietest()
    {
        int rooted = Parts.QuietestRooted;
        int rootless = Parts.QuietestRootless;
        return rooted < 0 ? rootless
            : rootless < 0 || Parts[rooted].LastArrival <= Parts[rootless].LastArrival ? rooted
            : rootless;
    }

    private void Close(int part, TraceFlags flags)
    {
        Parts.Close(part, flags);
        recent.Add(new TraceKey(Parts[part].Tenant, Parts[part].TraceId), IsLarge(part));
        closed.Enqueue(part);
        openParts--;
        openSpans -= Parts[part].SpanCount;
        openBytes -= Parts[part].Bytes;
        closedSpans += Parts[part].SpanCount;
        closedBytes += Parts[part].Bytes;
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
