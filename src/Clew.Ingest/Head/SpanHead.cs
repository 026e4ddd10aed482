using System.Buffers;
using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Ingest.Journal;
using Clew.Ingest.Pipeline;

namespace Clew.Ingest.Head;

/// <summary>
/// The spans of open traces, and of closed ones until the store has them, in memory. A span can be found from the moment
/// <see cref="Add"/> returns.
/// </summary>
/// <remarks>
/// <para>Sharded by trace id; each shard has its own lock. Thread-safe, but closing and handing over are the work of one thread at a
/// time, the assembler's.</para>
/// <para>Memory: arenas that are empty are kept for the next traces, as long as they are needed now and then.</para>
/// <para>Bounded by <see cref="PipelineOptions.HeadBytes"/>: senders reserve what they are about to add. The reservation is an estimate
/// from above; strings shared by several shards may exceed it by a little.</para>
/// <para>Snapshots: a part that the store has stays readable until every snapshot taken before that is disposed; later snapshots no
/// longer see it, for they find it in the store. Spans that arrive while a snapshot is held may show in it.</para>
/// </remarks>
public sealed class SpanHead : ISpanSource
{
    /// <summary>Memory that was not needed for so long goes back to the system.</summary>
    private static readonly TimeSpan PoolWindow = TimeSpan.FromSeconds(30);

    private readonly HeadShard[] shards;
    private readonly SnapshotEpochs epochs = new();
    private readonly Queue<(long Epoch, PartRef Part)> stored = new();
    private readonly TimeProvider clock;
    private readonly long budget;
    private readonly ArenaPool pool = new();
    private long windowBegan;
    private long used;
    private long reserved;

    public SpanHead(PipelineOptions options, TimeProvider clock)
    {
        options.Validate();
        this.clock = clock;
        budget = options.HeadBytes;
        shards = new HeadShard[options.HeadShards];
        for (int i = 0; i < shards.Length; i++)
        {
            shards[i] = new HeadShard(options, Reasons, pool, clock);
        }
        used = Counts.UsedBytes;
        windowBegan = clock.GetTimestamp();
    }

    /// <inheritdoc/>
    public SpanSourceCapabilities Capabilities =>
        SpanSourceCapabilities.IntrinsicComparison | SpanSourceCapabilities.AttributeComparison
        | SpanSourceCapabilities.AnyOf | SpanSourceCapabilities.Aggregation;

    /// <summary>Bytes in use.</summary>
    public long UsedBytes => Interlocked.Read(ref used);

    internal CloseReasons Reasons { get; } = new();

    internal IReadOnlyList<HeadShard> Shards => shards;

    internal ShardCounts Counts
    {
        get
        {
            ShardCounts sum = default;
            foreach (var shard in shards)
            {
                sum += shard.Counts;
            }
            return sum with { AllocatedBytes = sum.AllocatedBytes + pool.FreeBytes };
        }
    }

    /// <inheritdoc/>
    public ISpanSnapshot Snapshot() => new HeadSnapshot(this, epochs);

    /// <summary>An estimate from above of what a payload will take.</summary>
    internal static long Estimate(SpanBatch spans, int payloadBytes)
    {
        long parts = 1;
        var traceIds = spans.Spans.TraceIds.AsSpan(0, spans.Count);
        for (int i = 1; i < traceIds.Length; i++)
        {
            parts += traceIds[i] != traceIds[i - 1] ? 1 : 0;
        }
        return RowBlocks.BlockBytes + (HeadShard.PartBytes * parts) + (PackedSpans.MaxOwnBytes * (long)spans.Count) + (PackedSpans.MaxValueBytes * (long)spans.Attributes.Count)
            + (PackedSpans.MaxValueBytes * 5L * (spans.Events.Count + spans.Links.Count))
            + Math.Min(spans.Strings.TextBytes, payloadBytes) + (28L * spans.Strings.Count);
    }

    /// <summary>
    /// Reserves room; false where the budget does not allow it. An empty head takes a payload of any size. Pair with
    /// <see cref="Unreserve"/> after the spans were added.
    /// </summary>
    internal bool TryReserve(long bytes)
    {
        long sum = Interlocked.Add(ref reserved, bytes);
        if (UsedBytes + sum <= budget || (UsedBytes < budget / 8 && sum == bytes))
        {
            return true;
        }
        Interlocked.Add(ref reserved, -bytes);
        return false;
    }

    internal void Unreserve(long bytes) => Interlocked.Add(ref reserved, -bytes);

    /// <summary>Adds the spans of one payload; identical copies of spans that are here are left out. Returns how many were new.</summary>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="spans">The payload's spans; may be reused when this returns.</param>
    /// <param name="position">The journal record that holds them.</param>
    /// <param name="replayed">True at start, where the store may hold some of them already.</param>
    public int Add(Tenant tenant, SpanBatch spans, JournalPosition position, bool replayed = false)
    {
        // 1. Order the rows by shard: count, add up, place.
        int[] rows = ArrayPool<int>.Shared.Rent(Math.Max(1, spans.Count));
        Span<int> ends = stackalloc int[shards.Length];
        ends.Clear();
        var traceIds = spans.Spans.TraceIds;
        for (int i = 0; i < spans.Count; i++)
        {
            ends[ShardOf(traceIds[i])]++;
        }
        int sum = 0;
        for (int shard = 0; shard < ends.Length; shard++)
        {
            (ends[shard], sum) = (sum, sum + ends[shard]);
        }
        for (int i = 0; i < spans.Count; i++)
        {
            rows[ends[ShardOf(traceIds[i])]++] = i;
        }
        // 2. Hand each shard its share.
        long now = clock.GetTimestamp();
        int added = 0;
        int start = 0;
        for (int shard = 0; shard < ends.Length; shard++)
        {
            if (ends[shard] > start)
            {
                added += shards[shard].Add(tenant, spans, rows.AsSpan(start..ends[shard]), position.Sequence, now, replayed, out long bytes);
                Interlocked.Add(ref used, bytes);
            }
            start = ends[shard];
        }
        ArrayPool<int>.Shared.Return(rows);
        return added;
    }

    internal HeadShard Shard(TraceId traceId) => shards[ShardOf(traceId)];

    /// <summary>Notes the store's last append before the first hand-over of this process.</summary>
    internal void Continue(long? lastAppend) => epochs.Advance(lastAppend);

    /// <summary>Notes that these parts are no longer to be shown, though no append stored them.</summary>
    internal void MarkGone(List<WaitingPart> parts) => MarkStored(parts, epochs.LastHandOver);

    /// <summary>Notes that the store has these parts. From here on only older snapshots see them.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="lastAppend">Number of the append that stored them; the last one before where there was nothing to store.</param>
    internal void MarkStored(List<WaitingPart> parts, long? lastAppend)
    {
        // Marked first, then the epoch begins: a snapshot taken in between is older and still sees them.
        long epoch = epochs.Next;
        for (int start = 0; start < parts.Count; start += HeadShard.Anticipated)
        {
            var some = CollectionsMarshal.AsSpan(parts).Slice(start, Math.Min(HeadShard.Anticipated, parts.Count - start));
            Anticipate(some);
            foreach (ref readonly var waiting in some)
            {
                waiting.Part.Shard.MarkStored(waiting.Part.Slot, epoch);
                stored.Enqueue((epoch, waiting.Part));
            }
        }
        epochs.Advance(lastAppend);
    }

    /// <summary>Asks for the memory of parts that are about to be read: at most <see cref="HeadShard.Anticipated"/>.</summary>
    internal void Anticipate(ReadOnlySpan<WaitingPart> parts)
    {
        foreach (var shard in shards)
        {
            shard.Anticipate(parts);
        }
    }

    /// <summary>Counts what was interned into an arena other than by <see cref="Add"/>.</summary>
    internal void CountUsed(long bytes) => Interlocked.Add(ref used, bytes);

    /// <summary>Frees the stored parts that no snapshot needs any more. Returns how many bytes came back.</summary>
    /// <param name="above">While more bytes than this are in use, spans are moved together even where that frees little.</param>
    internal long Reclaim(long above)
    {
        long oldest = epochs.OldestHeld;
        long all = 0;
        long freed = 0;
        while (stored.TryPeek(out var next) && next.Epoch <= oldest)
        {
            stored.Dequeue();
            freed += next.Part.Shard.Free(next.Part.Slot);
        }
        Interlocked.Add(ref used, -freed);
        all += freed;
        foreach (var shard in shards)
        {
            freed = shard.Compact(urgent: UsedBytes > above);
            Interlocked.Add(ref used, -freed);
            all += freed;
        }
        if (clock.GetElapsedTime(windowBegan) >= PoolWindow)
        {
            windowBegan = clock.GetTimestamp();
            pool.EndWindow();
        }
        return all;
    }

    private int ShardOf(TraceId traceId) => (int)traceId.Mix() & (shards.Length - 1);
}
