using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Pipeline;

namespace Clew.Ingest.Head;

/// <summary>
/// The traces of one share of the trace ids: their spans in one arena, their parts in one table, one lock around both.
/// </summary>
/// <remarks>
/// <para>Rows are only ever added to an arena; a freed part leaves dead rows behind, and when these weigh too much the live rows are
/// copied to a fresh arena (<c>HeadShard.Reclaim.cs</c>).</para>
/// <para>Every member takes the lock itself, except those said to be guarded by it.</para>
/// </remarks>
internal sealed partial class HeadShard(PipelineOptions options, CloseReasons reasons)
{
    /// <summary>Bytes of a part's columns and of its entry in the dictionary.</summary>
    private const int PartBytes = 220;

    private readonly Dictionary<TraceKey, int> newest = [];
    private readonly RecentTraces recent = new(options.RecentTraces / options.HeadShards);
    private readonly Queue<int> closed = new();
    private Arena arena = new();
    private int liveParts;
    private int liveRows;
    private int openParts;
    private long openSpans;
    private long openBytes;
    private long closedSpans;
    private long closedBytes;

    /// <summary>The shard's lock, for readers that look at what it guards. Held for a bounded piece of work only.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Guarded by the lock.</summary>
    public SpanBatch Spans => arena.Batch;

    /// <summary>Guarded by the lock.</summary>
    public RowIndex Rows => arena.Rows;

    /// <summary>Guarded by the lock.</summary>
    public PartTable Parts { get; } = new();

    /// <summary>Changes when row numbers change. Guarded by the lock.</summary>
    public long ArenaVersion { get; private set; }

    public ShardCounts Counts
    {
        get
        {
            lock (Gate)
            {
                return new ShardCounts(openParts, openSpans, openBytes, closedSpans, closedBytes, UsedBytes, arena.AllocatedBytes + ((long)PartBytes * Parts.Capacity));
            }
        }
    }

    /// <summary>Guarded by the lock.</summary>
    private long UsedBytes => arena.UsedBytes + ((long)PartBytes * liveParts);

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
            int added = 0;
            int touched = -1;
            arena.Copier.Begin(source);
            foreach (int span in spans)
            {
                if (arena.Rows.FindSame(arena.Batch, source, span, tenant, Parts) >= 0)
                {
                    continue;
                }
                int part = OpenPart(tenant, source.Spans.TraceIds[span], position, now);
                AddTo(part, source, span, position);
                bool isRoot = source.Spans.ParentSpanIds[span].IsEmpty;
                if (part != touched || isRoot)
                {
                    Parts.Touch(part, now, isRoot);
                    Parts.MayBeStored[part] |= replayed;
                    touched = part;
                }
                added++;
            }
            usedBytes = UsedBytes - before;
            return added;
        }
    }

    private void AddTo(int part, SpanBatch source, int span, long position)
    {
        long before = arena.UsedBytes;
        int row = arena.Copier.Copy(span);
        arena.Rows.Add(arena.Batch, row, part);
        LinkRow(part, row);
        ulong start = source.Spans.StartTimes[span];
        Parts.MinStarts[part] = Math.Min(Parts.MinStarts[part], start);
        Parts.MaxStarts[part] = Math.Max(Parts.MaxStarts[part], start);
        Parts.Positions[part] = Math.Min(Parts.Positions[part], position);
        long bytes = arena.UsedBytes - before;
        Parts.Bytes[part] += bytes;
        liveRows++;
        openSpans++;
        openBytes += bytes;
    }

    private void LinkRow(int part, int row)
    {
        if (Parts.FirstRows[part] < 0)
        {
            Parts.FirstRows[part] = row;
        }
        else
        {
            arena.Rows.NextInPart[Parts.LastRows[part]] = row;
        }
        Parts.LastRows[part] = row;
        Parts.SpanCounts[part]++;
    }

    private int OpenPart(Tenant tenant, TraceId traceId, long position, long now)
    {
        var key = new TraceKey(tenant, traceId);
        bool known = newest.TryGetValue(key, out int part);
        if (known && Parts.States[part] == PartState.Open)
        {
            if (!IsLarge(part))
            {
                return part;
            }
            Close(part, TraceFlags.ClosedAtBound);
        }
        bool late = recent.TryFind(key, out bool isLarge) || known;
        part = Parts.Open(tenant, traceId, late ? TraceFlags.Late : TraceFlags.None, position, now, known ? part : -1);
        if (late)
        {
            // The earlier part is in the store by the time this one follows, and may hold copies of what comes now. A very large trace
            // is not read back for that: its copies vanish when it is read.
            Parts.MayBeStored[part] = !isLarge;
            reasons.CountLate();
        }
        newest[key] = part;
        liveParts++;
        openParts++;
        return part;
    }

    private bool IsLarge(int part) => Parts.SpanCounts[part] >= options.MaxTraceSpans || Parts.Bytes[part] >= options.MaxTraceBytes;
}
