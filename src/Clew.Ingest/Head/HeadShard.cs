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
    private readonly Dictionary<TraceKey, int> newest = [];
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

    public HeadShard(PipelineOptions options, CloseReasons reasons, ArenaPool pool)
    {
        this.options = options;
        this.reasons = reasons;
        this.pool = pool;
        recent = new RecentTraces(options.RecentTraces / options.HeadShards);
        arenas.Add(pool.Rent());
    }

    /// <summary>The shard's lock, for readers that look at what it guards. Held for a bounded piece of work only.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Guarded by the lock.</summary>
    public PartTable Parts { get; } = new();

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
            // Most spans of a payload join the newest arena; then their strings are best looked up together.
            long dictionary = Newest.Batch.UsedBytes;
            Newest.Begin(source, payloads, whole: spans.Length == source.Count);
            long share = (Newest.Batch.UsedBytes - dictionary) / spans.Length;
            int newestPart = -1;
            TraceId traceId = default;
            foreach (int span in spans)
            {
                if (touched < 0 || traceId != source.Spans.TraceIds[span])
                {
                    traceId = source.Spans.TraceIds[span];
                    newestPart = newest.GetValueOrDefault(new TraceKey(tenant, traceId), -1);
                    touched = -1;
                }
                if (IsHere(newestPart, source, span))
                {
                    continue;
                }
                if (newestPart < 0 || Parts.States[newestPart] != PartState.Open || IsLarge(newestPart))
                {
                    newestPart = OpenPart(tenant, traceId, newestPart, position, now);
                }
                AddTo(newestPart, source, span, position, share);
                bool isRoot = source.Spans.ParentSpanIds[span].IsEmpty;
                if (newestPart != touched || isRoot)
                {
                    Parts.Touch(newestPart, now, isRoot);
                    Parts.MayBeStored[newestPart] |= replayed;
                    touched = newestPart;
                }
                added++;
            }
            BeginArenaIfFull();
            usedBytes = UsedBytes - before;
            return added;
        }
    }

    private void AddTo(int part, SpanBatch source, int span, long position, long share)
    {
        var arena = Parts.Arenas[part];
        arena.Begin(source, payloads, whole: false);
        long before = arena.UsedBytes;
        Append(part, arena, arena.Add(source, span));
        ulong start = source.Spans.StartTimes[span];
        Parts.MinStarts[part] = Math.Min(Parts.MinStarts[part], start);
        Parts.MaxStarts[part] = Math.Max(Parts.MaxStarts[part], start);
        Parts.Positions[part] = Math.Min(Parts.Positions[part], position);
        long bytes = arena.UsedBytes - before + share;
        Parts.Bytes[part] += bytes;
        openSpans++;
        openBytes += bytes;
    }

    /// <summary>Makes a row of the part's arena, so far in no part, the part's last.</summary>
    private void Append(int part, Arena arena, int row)
    {
        LinkRow(part, row);
        arena.LiveSpans++;
        Parts.Filters[part] |= FilterBit(arena.Spans.SpanId(row));
        if (Parts.AreIndexed[part])
        {
            Index(part, arena, row);
        }
        else if (Parts.SpanCounts[part] > MaxWalked)
        {
            for (int each = Parts.FirstRows[part]; each >= 0; each = arena.Spans.NextInPart(each))
            {
                Index(part, arena, each);
            }
            Parts.AreIndexed[part] = true;
        }
    }

    private void Index(int part, Arena arena, int row) =>
        arena.LargeParts.Add(row, Parts.Serials[part], arena.Spans.SpanId(row), arena.Spans.Kind(row));

    private void LinkRow(int part, int row)
    {
        if (Parts.FirstRows[part] < 0)
        {
            Parts.FirstRows[part] = row;
        }
        else
        {
            Parts.Arenas[part].Spans.SetNextInPart(Parts.LastRows[part], row);
        }
        Parts.LastRows[part] = row;
        Parts.SpanCounts[part]++;
    }

    /// <summary>True where the part, or an older one of the trace, holds the span with the same content.</summary>
    private bool IsHere(int part, SpanBatch source, int span)
    {
        ulong bit = FilterBit(source.Spans.SpanIds[span].Value);
        for (; part >= 0; part = Parts.Olders[part])
        {
            if ((Parts.Filters[part] & bit) != 0 && IsIn(part, source, span))
            {
                return true;
            }
        }
        return false;
    }

    private bool IsIn(int part, SpanBatch source, int span)
    {
        var traceId = Parts.TraceIds[part];
        ulong id = source.Spans.SpanIds[span].Value;
        var kind = source.Spans.Kinds[span];
        var arena = Parts.Arenas[part];
        int comparisons = 0;
        if (Parts.AreIndexed[part])
        {
            var index = arena.LargeParts;
            for (int entry = index.First(Parts.Serials[part], id, kind); entry >= 0 && comparisons < MaxComparisons; entry = index.Next(entry))
            {
                if (IsSame(arena, index.Row(entry), traceId, source, span, ref comparisons))
                {
                    return true;
                }
            }
            return false;
        }
        for (int row = Parts.FirstRows[part]; row >= 0 && comparisons < MaxComparisons; row = arena.Spans.NextInPart(row))
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

    private static ulong FilterBit(ulong spanId) => 1UL << (int)((spanId * 0x9E3779B97F4A7C15UL) >> 58);

    private int OpenPart(Tenant tenant, TraceId traceId, int before, long position, long now)
    {
        if (before >= 0 && Parts.States[before] == PartState.Open)
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
            Parts.MayBeStored[part] = !isLarge;
            reasons.CountLate();
        }
        newest[key] = part;
        Newest.LiveParts++;
        liveParts++;
        openParts++;
        return part;
    }

    private bool IsLarge(int part) => Parts.SpanCounts[part] >= options.MaxTraceSpans || Parts.Bytes[part] >= options.MaxTraceBytes;
}
