using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Pipeline;

namespace Clew.Ingest.Head;

/// <summary>
/// The traces of one share of the trace ids: their spans in arenas, their parts in one table, one lock around both.
/// </summary>
/// <remarks>
/// <para>New traces go to the newest arena; when that is full another is begun (<c>HeadShard.Arenas.cs</c>). The spans of a part lie in one
/// arena. Since traces close about in the order in which they began, an arena is mostly emptied whole; where a few traces hold one back
/// they are moved (<c>HeadShard.Reclaim.cs</c>).</para>
/// <para>Every member takes the lock itself, except those said to be guarded by it.</para>
/// </remarks>
internal sealed partial class HeadShard
{
    /// <summary>Bytes of a part's columns and of its entry in the dictionary.</summary>
    public const int PartBytes = 200;

    /// <summary>Parts of up to this many spans are walked where a span is looked for; the rows of larger ones are indexed.</summary>
    private const int MaxWalked = 32;

    /// <summary>Copies that contradict each other are compared up to this number; beyond, one more is kept unseen until the close.</summary>
    private const int MaxComparisons = 32;

    private readonly PipelineOptions options;
    private readonly CloseReasons reasons;
    private readonly ArenaPool pool;
    private readonly TraceIndex newest;
    private readonly RecentTraces recent;
    private readonly Queue<int> closed = new();
    private readonly List<Arena> arenas = []; // oldest first; the last one takes new traces
    private int liveParts;
    private int openParts;
    private long openSpans;
    private long openBytes;
    private long closedSpans;
    private long closedBytes;
    private long payloads;
    private bool mostJoinNewest = true;

    public HeadShard(PipelineOptions options, CloseReasons reasons, ArenaPool pool, TimeProvider clock)
    {
        this.options = options;
        this.reasons = reasons;
        this.pool = pool;
        newest = new TraceIndex(Parts);
        recent = new RecentTraces(options.RecentTraces / options.HeadShards, clock);
        arenas.Add(pool.Rent());
    }

    /// <summary>The shard's lock, for readers that look at what it guards. Held for a bounded piece of work only.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Guarded by the lock.</summary>
    public PartTable Parts { get; } = new();

    /// <summary>Traces remembered as closed lately.</summary>
    public int RecentTraces
    {
        get
        {
            lock (Gate)
            {
                return recent.Count;
            }
        }
    }

    public ShardCounts Counts
    {
        get
        {
            lock (Gate)
            {
                long allocated = (long)PartBytes * Parts.Capacity;
                foreach (var arena in arenas)
                {
                    allocated += arena.AllocatedBytes;
                }
                return new ShardCounts(openParts, openSpans, openBytes, closedSpans, closedBytes, UsedBytes, allocated);
            }
        }
    }

    /// <summary>Guarded by the lock.</summary>
    private long UsedBytes
    {
        get
        {
            long used = (long)PartBytes * liveParts;
            foreach (var arena in arenas)
            {
                used += arena.UsedBytes;
            }
            return used;
        }
    }

    /// <summary>Adds spans of a payload; those that are here already, with the same content, are left out.</summary>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="source">The payload.</param>
    /// <param name="spans">Rows of the payload that belong to this shard.</param>
    /// <param name="position">The payload's journal record.</param>
    /// <param name="now">The clock's monotonic counter.</param>
    /// <param name="replayed">True where the store may hold the spans already.</param>
    /// <param name="usedBytes">By how much the bytes in use grew.</param>
    /// <returns>How many were new.</returns>
    public int Add(Tenant tenant, SpanBatch source, ReadOnlySpan<int> spans, long position, long now, bool replayed, out long usedBytes)
    {
        lock (Gate)
        {
            long before = UsedBytes;
            payloads++;
            int added = 0;
            int touched = -1;
            // Where most spans join the newest arena, their strings are best looked up together.
            long dictionary = Newest.Batch.UsedBytes;
            Newest.Begin(source, payloads, whole: spans.Length == source.Count && mostJoinNewest);
            long share = (Newest.Batch.UsedBytes - dictionary) / spans.Length;
            Fetch(tenant, source, spans);
            int inNewest = 0;
            ulong forgotten = recent.Since;
            int newestPart = -1;
            TraceId traceId = default;
            for (int i = 0; i < spans.Length; i++)
            {
                int span = spans[i];
                if (touched < 0 || traceId != source.Spans.TraceIds[span])
                {
                    traceId = source.Spans.TraceIds[span];
                    newestPart = newest.Find(new TraceKey(tenant, traceId));
                    touched = -1;
                }
                if (IsHere(newestPart, source, span))
                {
                    continue;
                }
                if (newestPart < 0 || Parts[newestPart].State != PartState.Open || IsLarge(newestPart))
                {
                    newestPart = OpenPart(tenant, traceId, newestPart, position, now);
                }
                AddTo(newestPart, source, span, position, share);
                // What ended before then may be a copy of a span whose trace was stored and forgotten.
                if (replayed || source.Spans.EndTimes[span] < forgotten)
                {
                    Parts[newestPart].MayBeStored |= replayed || !IsLateOfLarge(tenant, traceId, newestPart);
                }
                inNewest += Parts[newestPart].Arena == Newest ? 1 : 0;
                bool isRoot = source.Spans.ParentSpanIds[span].IsEmpty;
                if (newestPart != touched || isRoot)
                {
                    Parts.Touch(newestPart, now, isRoot);
                    touched = newestPart;
                }
                added++;
            }
            mostJoinNewest = inNewest >= spans.Length / 4 * 3;
            BeginArenaIfFull();
            usedBytes = UsedBytes - before;
            return added;
        }
    }

    /// <summary>
    /// Asks for the memory of all traces of the spans before any of them is needed, so that the waits overlap: first where they are looked
    /// up, then their parts, or for those that are new where it is known whether they closed lately.
    /// </summary>
    private void Fetch(Tenant tenant, SpanBatch source, ReadOnlySpan<int> spans)
    {
        var traceIds = source.Spans.TraceIds;
        TraceId last = default;
        foreach (int span in spans)
        {
            if (traceIds[span] != last)
            {
                last = traceIds[span];
                newest.Prefetch(last);
            }
        }
        last = default;
        foreach (int span in spans)
        {
            if (traceIds[span] == last)
            {
                continue;
            }
            last = traceIds[span];
            int part = newest.Guess(last);
            if (part >= 0)
            {
                Parts.Prefetch(part);
            }
            else
            {
                recent.Prefetch(new TraceKey(tenant, last));
            }
        }
    }

    private void AddTo(int slot, SpanBatch source, int span, long position, long share)
    {
        ref var part = ref Parts[slot];
        var arena = part.Arena;
        arena.Begin(source, payloads, whole: false);
        long before = arena.SpanBytes;
        arena.Serve(part.Tenant);
        Append(slot, arena, arena.Add(source, span));
        ulong start = source.Spans.StartTimes[span];
        part.MinStart = Math.Min(part.MinStart, start);
        part.MaxStart = Math.Max(part.MaxStart, start);
        part.Position = Math.Min(part.Position, position);
        long bytes = arena.SpanBytes - before + share;
        part.Bytes += bytes;
        openSpans++;
        openBytes += bytes;
    }

    /// <summary>Makes a row of the part's arena, so far in no part, the part's last.</summary>
    private void Append(int part, Arena arena, int row)
    {
        LinkRow(part, row);
        arena.Runs.Add(arena.Rows.Count - 1, part, Parts[part].Serial);
        arena.LiveSpans++;
        Parts[part].Filter.Add(arena.Spans.SpanId(row));
        if (Parts[part].IsIndexed)
        {
            Index(part, arena, row);
        }
        else if (Parts[part].SpanCount > MaxWalked)
        {
            for (int each = Parts[part].FirstRow; each >= 0; each = arena.Spans.NextInPart(each))
            {
                Index(part, arena, each);
            }
            Parts[part].IsIndexed = true;
        }
    }

    private void Index(int part, Arena arena, int row) =>
        arena.LargeParts.Add(row, Parts[part].Serial, arena.Spans.SpanId(row), arena.Spans.Kind(row));

    private void LinkRow(int slot, int row)
    {
        ref var part = ref Parts[slot];
        if (part.FirstRow < 0)
        {
            part.FirstRow = row;
        }
        else
        {
            part.Arena.Spans.SetNextInPart(part.LastRow, row);
        }
        part.LastRow = row;
        part.SpanCount++;
    }

    /// <summary>True where the part, or an older one of the trace, holds the span with the same content.</summary>
    private bool IsHere(int part, SpanBatch source, int span)
    {
        ulong id = source.Spans.SpanIds[span].Value;
        for (; part >= 0; part = Parts[part].Older)
        {
            if (Parts[part].Filter.MayHold(id) && IsIn(part, source, span))
            {
                return true;
            }
        }
        return false;
    }

    private bool IsIn(int part, SpanBatch source, int span)
    {
        var traceId = Parts[part].TraceId;
        ulong id = source.Spans.SpanIds[span].Value;
        var kind = source.Spans.Kinds[span];
        var arena = Parts[part].Arena;
        int comparisons = 0;
        if (Parts[part].IsIndexed)
        {
            var index = arena.LargeParts;
            for (int entry = index.First(Parts[part].Serial, id, kind); entry >= 0 && comparisons < MaxComparisons; entry = index.Next(entry))
            {
                if (IsSame(arena, index.Row(entry), traceId, source, span, ref comparisons))
                {
                    return true;
                }
            }
            return false;
        }
        for (int row = Parts[part].FirstRow; row >= 0 && comparisons < MaxComparisons; row = arena.Spans.NextInPart(row))
        {
            if (arena.Spans.SpanId(row) == id && arena.Spans.Kind(row) == kind && IsSame(arena, row, traceId, source, span, ref comparisons))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsSame(Arena arena, int row, TraceId traceId, SpanBatch source, int span, ref int comparisons)
    {
        bool same = SpanContent.Same(arena.Batch, arena.Show(row, traceId), source, span);
        arena.Hide();
        comparisons++;
        return same;
    }

    private int OpenPart(Tenant tenant, TraceId traceId, int before, long position, long now)
    {
        if (before >= 0 && Parts[before].State == PartState.Open)
        {
            Close(before, TraceFlags.ClosedAtBound);
        }
        var key = new TraceKey(tenant, traceId);
        bool late = recent.TryFind(key, out bool isLarge) || before >= 0;
        int part = Parts.Open(Newest, tenant, traceId, late ? TraceFlags.Late : TraceFlags.None, position, now, before);
        if (late)
        {
            // The earlier part is in the store by the time this one follows, and may hold copies of what comes now. A very large trace
            // is not read back for that: its copies vanish when it is read.
            Parts[part].MayBeStored = !isLarge;
            reasons.CountLate();
        }
        newest[key] = part;
        Newest.Welcome(tenant);
        Newest.LiveParts++;
        liveParts++;
        openParts++;
        return part;
    }

    /// <summary>True for a late part of a trace that is too large to be read back.</summary>
    private bool IsLateOfLarge(Tenant tenant, TraceId traceId, int part) =>
        Parts[part].Flags.HasFlag(TraceFlags.Late) && recent.TryFind(new TraceKey(tenant, traceId), out bool isLarge) && isLarge;

    private bool IsLarge(int part) => Parts[part].SpanCount >= options.MaxTraceSpans || Parts[part].Bytes >= options.MaxTraceBytes;
}
