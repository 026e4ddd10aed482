using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Core.Measures;
using Clew.Core.Model;
using Clew.Ingest.Closing;
using Clew.Ingest.Counting;
using Clew.Ingest.Head;
using Clew.Ingest.Pipeline;
using Clew.Storage;
using Microsoft.Extensions.Logging;

namespace Clew.Ingest.Assembly;

/// <summary>Closed traces on their way from the head to the store, in batches of a good size.</summary>
/// <remarks>
/// <para>Batches are chosen by arena: the spans of one arena are copied with their string ids, those of others are translated
/// (<c>docs/adr/0007-generations-in-the-head.md</c>).</para>
/// <para>Bounded by the head: it holds references only, and one batch of <see cref="PipelineOptions.FlushSpans"/>.</para>
/// <para>Failure policy: a batch that the store refuses is kept and tried again after a delay that doubles up to a bound. After an
/// exception that does not say that nothing changed, the store is asked first what it has.</para>
/// <para>Belongs to the assembler's turn.</para>
/// </remarks>
internal sealed class HandOver(
    SpanHead head, ISpanStore store, BatchCounting counting, InFlightPayloads inFlight, PipelineOptions options, PipelineCounters counters,
    ProbesInHead probes, TimeProvider clock, ILogger logger)
{
    /// <summary>The most spans that are counted together as soon as they are closed: so many stay in the processor's caches until then.</summary>
    private const int MostCountedTogether = 1024;

    private readonly TraceCloser closer = new();
    private readonly LateTraces late = new();
    private readonly SpanBatch stored = new();
    private readonly List<WaitingPart> batch = [];
    private readonly HeldProbes heldProbes = new(options.ProbeHold, clock);
    private readonly ClosingOrder order = new();
    private readonly List<WaitingPart> next = []; // of one arena, to be closed together
    private readonly List<WaitingPart> droppedProbes = [];
    private readonly List<PartRef> doubtful = [];
    private readonly List<int> rows = []; // of the part that is being closed
    private readonly List<int> orderedRows = [];
    private List<WaitingPart> waiting = [];
    private List<WaitingPart> rest = [];
    private readonly Dictionary<Arena, long> spansOf = []; // that wait, by arena
    private readonly int ripe = Math.Max(1, options.FlushSpans / 8 * 7);
    private readonly int countedTogether = Math.Clamp(options.FlushSpans / 16, 1, MostCountedTogether);
    private long waitingSpans;
    private long waitingBytes;
    private long retryAt;
    private TimeSpan retryDelay;
    private volatile string? problem;
    private volatile bool hasArrivals;

    /// <summary>Why the store refuses, or null.</summary>
    public string? Problem => problem;

    /// <summary>Spans that the store turned out to hold already, or that were counted and dropped before.</summary>
    public long FoundStored { get; private set; }

    /// <summary>True while a refused batch waits for its next try.</summary>
    public bool IsBackingOff => problem is not null && clock.GetTimestamp() < retryAt;

    private bool IsOverdue => waiting.Count > 0
        && (waitingBytes >= options.FlushBytes
            || waitingSpans >= (long)options.FlushSpans * (options.HeadShards + 1)
            || clock.GetElapsedTime(waiting[0].Since) >= options.FlushInterval);

    /// <summary>Spans came that are not Clew's own. While none do, storing is not traced: its traces would be all there is to store.</summary>
    public void NoteArrival() => hasArrivals = true;

    /// <summary>Lines up the parts that closed since the last call.</summary>
    public void Collect()
    {
        int known = waiting.Count;
        long now = clock.GetTimestamp();
        foreach (var shard in head.Shards)
        {
            shard.TakeClosed(waiting, now);
        }
        SetProbesAside(known);
        foreach (var (_, description, arena, _) in CollectionsMarshal.AsSpan(waiting)[known..])
        {
            Count(arena, description, 1);
        }
    }

    /// <summary>
    /// Stores what waits: of each arena that has enough for a batch; of all of them where something has waited long enough. False where
    /// nothing was due, the store refused, or did so a moment ago.
    /// </summary>
    /// <param name="all">Whether to store everything.</param>
    public async Task<bool> FlushAsync(bool all)
    {
        if (IsBackingOff)
        {
            return false;
        }
        if (all || IsOverdue)
        {
            return await FlushAllAsync();
        }
        bool flushed = false;
        while (FullestArena() is { } arena && spansOf[arena] >= ripe)
        {
            if (!await TryStoreAsync(arena, withOthers: false))
            {
                return false;
            }
            flushed = true;
        }
        return flushed;
    }

    /// <summary>Stores everything that waits, also within the delay after a refusal. False where the store refused.</summary>
    public async Task<bool> FlushAllAsync()
    {
        while (FullestArena() is { } arena)
        {
            if (!await TryStoreAsync(arena, withOthers: spansOf[arena] < ripe))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Sorts out of these parts what the store holds of them, and what was counted and dropped.</summary>
    public Task SortOutStoredAsync(IReadOnlyCollection<PartRef> parts) => SortOutStoredAsync(parts, null);

    private async Task SortOutStoredAsync(IReadOnlyCollection<PartRef> parts, LateTraces? late)
    {
        if (counting.Sampler is { Decisions: { DroppedSpans: > 0 } dropped })
        {
            foreach (var (shard, slot) in parts)
            {
                FoundStored += shard.SortOutDropped(slot, dropped);
            }
        }
        using var snapshot = store.Snapshot();
        var copier = new SpanBatchCopier(stored);
        foreach (var (shard, slot) in HeldParts.Among(parts, store, late is null ? 0 : HeldParts.Margin))
        {
            var (tenant, traceId, _, _) = shard.KeyOf(slot);
            stored.Clear();
            copier.Forget();
            var flags = await snapshot.ReadTraceAsync(tenant, traceId, copier, CancellationToken.None);
            if (flags is null)
            {
                shard.SetMayBeStored(slot, false);
            }
            else
            {
                FoundStored += shard.SortOutStored(slot, stored);
                late?.Hold(traceId, stored);
            }
        }
    }

    /// <summary>Writes down that traces are deleted, before they are.</summary>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="traceIds">The traces.</param>
    /// <param name="there">Those that the head holds; those that the store holds are added. Of others nothing is written.</param>
    /// <exception cref="StoreUnavailableException">It cannot be written down.</exception>
    public async Task NoteDeletionAsync(Tenant tenant, IReadOnlyCollection<TraceId> traceIds, HashSet<TraceId> there)
    {
        using var snapshot = store.Snapshot();
        stored.Clear();
        var copier = new SpanBatchCopier(stored);
        foreach (var traceId in traceIds)
        {
            if (await snapshot.ReadTraceAsync(tenant, traceId, copier, CancellationToken.None) is not null)
            {
                there.Add(traceId);
            }
        }
        if (there.Count > 0)
        {
            counting.Sampler?.Delete(tenant, there, stored, inFlight.Newest);
        }
    }

    /// <summary>Deletes what is stored of traces.</summary>
    /// <exception cref="StoreUnavailableException">Some may be deleted and others not.</exception>
    public async Task DeleteStoredAsync(Tenant tenant, IReadOnlyCollection<TraceId> traceIds) =>
        await store.DeleteTracesAsync(tenant, traceIds, CancellationToken.None);

    /// <summary>The journal replays nothing before that record any more.</summary>
    public void Released(long oldestNeeded) => counting.Sampler?.Release(oldestNeeded);

    private async Task<bool> TryStoreAsync(Arena arena, bool withOthers)
    {
        ChooseBatch(arena, withOthers);
        try
        {
            await StoreAsync();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            if (exception is not StoreUnavailableException)
            {
                MarkDoubtful();
            }
            foreach (var part in doubtful)
            {
                // What the store has of their traces is needed again when they are counted again.
                part.Shard.SetMayBeStored(part.Slot, true);
            }
            BackOff(exception);
            return false;
        }
        foreach (var (_, description, waitedIn, _) in batch)
        {
            Count(waitedIn, description, -1);
        }
        (waiting, rest) = (rest, waiting);
        if (problem is not null)
        {
            problem = null;
            retryDelay = TimeSpan.Zero;
            logger.StoreBack();
        }
        return true;
    }

    private async Task StoreAsync()
    {
        using var trace = hasArrivals ? SelfTrace.Begin("store") : null;
        hasArrivals = false;
        var tenant = batch[0].Description.Tenant;
        // 1. What came again, or late, may be there already.
        doubtful.Clear();
        late.Clear();
        foreach (var shard in head.Shards)
        {
            shard.FindMaybeStored(batch, doubtful);
        }
        if (doubtful.Count > 0)
        {
            await SortOutStoredAsync(doubtful, late);
        }
        // 2. Close them into one batch.
        using (SelfTrace.Step("close"))
        {
            CloseBatch(tenant);
        }
        trace?.SetTag("clew.traces", closer.Destination.Traces.Count);
        trace?.SetTag("clew.spans", closer.Destination.Spans.Count);
        counters.Closed.Prepare(closer.Destination.Traces);
        // 3. Counted, sampled, durable in the store …
        if (closer.Destination.Traces.Count > 0)
        {
            using var step = SelfTrace.Step("append");
            counters.CountStored(await counting.AppendAsync(store, tenant, closer.Destination, inFlight.Newest, late, CancellationToken.None));
        }
        counters.Closed.Commit();
        // 4. … and then no longer the head's to show.
        head.MarkStored(batch, store.LastAppend?.Value);
        closer.Clear();
    }

    /// <summary>
    /// Closes the batch's parts, arena by arena. The batch shares the dictionary of the first one, where most of them lie; strings of the
    /// others are interned into it. Traces are counted on the way.
    /// </summary>
    private void CloseBatch(Tenant tenant)
    {
        closer.Clear();
        next.Clear();
        var places = order.Of(batch, head.Shards);
        var main = places[0].Arena;
        var mainShard = batch[places[0].Index].Part.Shard;
        mainShard.Share(main, closer);
        closer.Expect(RoundedSpans());
        Arena? arena = null;
        int counted = 0;
        foreach (var place in places)
        {
            if (place.Arena != arena || next.Count == HeadShard.Anticipated)
            {
                CloseNext(arena, mainShard, main);
                if (closer.Destination.Spans.Count - counted >= countedTogether)
                {
                    counting.CountAhead(tenant, closer.Destination);
                    counted = closer.Destination.Spans.Count;
                }
            }
            if (place.Arena != arena)
            {
                arena = place.Arena;
                batch[place.Index].Part.Shard.BeginCopy(arena, closer);
            }
            next.Add(batch[place.Index]);
        }
        CloseNext(arena, mainShard, main);
        order.Clear();
    }

    // Rounded up to an eighth of a batch, so that the next one finds the room that this one had.
    private int RoundedSpans()
    {
        long spans = 0;
        foreach (var part in batch)
        {
            spans += part.Description.SpanCount;
        }
        long step = Math.Max(1, options.FlushSpans / 8);
        return (int)Math.Min((spans + step - 1) / step * step, Array.MaxLength);
    }

    private void CloseNext(Arena? arena, HeadShard mainShard, Arena main)
    {
        head.Anticipate(CollectionsMarshal.AsSpan(next));
        foreach (var part in next)
        {
            CloseOne(part, arena!, mainShard, main);
        }
        next.Clear();
    }

    private void CloseOne(WaitingPart waited, Arena arena, HeadShard mainShard, Arena main)
    {
        var (shard, slot) = waited.Part;
        // The tree is built outside of the lock, over what it takes, so that spans are copied in its order at once.
        rows.Clear();
        int row = -1;
        TraceFlags flags;
        do
        {
            row = shard.Outline(slot, row, closer.Outline.Spans, rows, out flags);
        }
        while (row >= 0);
        var arranged = CollectionsMarshal.AsSpan(rows);
        if (closer.TryArrange(out var preorder))
        {
            CollectionsMarshal.SetCount(orderedRows, preorder.Length);
            var ordered = CollectionsMarshal.AsSpan(orderedRows);
            for (int i = 0; i < preorder.Length; i++)
            {
                ordered[i] = arranged[preorder[i]];
            }
            arranged = ordered;
        }
        for (int start = 0; start < arranged.Length; start += HeadShard.SpansPerHold)
        {
            var some = arranged.Slice(start, Math.Min(HeadShard.SpansPerHold, arranged.Length - start));
            if (arena == main)
            {
                shard.CopyClosed(slot, some, closer);
                continue;
            }
            // Nobody else holds two locks.
            lock (mainShard.Gate)
            {
                long before = main.UsedBytes;
                shard.CopyClosed(slot, some, closer);
                head.CountUsed(main.UsedBytes - before);
            }
        }
        closer.Close(waited.Description.TraceId, flags);
    }

    /// <summary>
    /// Probes are there to be found, for a while after they closed as well; then they are as if stored: gone for every later snapshot, and
    /// freed.
    /// </summary>
    private void SetProbesAside(int from)
    {
        int kept = from;
        for (int i = from; i < waiting.Count; i++)
        {
            if (waiting[i].Description.Tenant.IsProbe)
            {
                probes.CountClosed(waiting[i].Description.SpanCount);
                heldProbes.Add(waiting[i]);
            }
            else
            {
                waiting[kept++] = waiting[i];
            }
        }
        waiting.RemoveRange(kept, waiting.Count - kept);
        heldProbes.TakeDue(droppedProbes);
        if (droppedProbes.Count > 0)
        {
            foreach (var probe in droppedProbes)
            {
                probes.CountDropped(probe.Description.SpanCount);
            }
            head.MarkGone(droppedProbes);
            droppedProbes.Clear();
        }
    }

    private Arena? FullestArena()
    {
        Arena? fullest = null;
        long most = 0;
        foreach (var (arena, spans) in spansOf)
        {
            if (spans > most)
            {
                (fullest, most) = (arena, spans);
            }
        }
        return fullest;
    }

    private void Count(Arena arena, in PartDescription part, int sign)
    {
        waitingSpans += sign * part.SpanCount;
        waitingBytes += sign * part.Bytes;
        ref long spans = ref CollectionsMarshal.GetValueRefOrAddDefault(spansOf, arena, out _);
        // An empty part is one to be got rid of, too.
        spans += sign * Math.Max(1, part.SpanCount);
        if (spans == 0)
        {
            spansOf.Remove(arena);
        }
    }

    /// <summary>
    /// Parts the parts that wait into the next batch and the rest: those of one arena, and with the room that is left those of other
    /// arenas, all of them or what earlier batches left over.
    /// </summary>
    private void ChooseBatch(Arena arena, bool withOthers)
    {
        batch.Clear();
        rest.Clear();
        var room = new BatchRoom(options);
        foreach (var part in waiting)
        {
            (part.Arena == arena && room.TryTake(part.Description) ? batch : rest).Add(part);
        }
        arena.WasStored = true;
        int kept = 0;
        for (int i = 0; i < rest.Count; i++)
        {
            var part = rest[i];
            if ((withOthers || part.Arena.WasStored) && room.TryTake(part.Description))
            {
                batch.Add(part);
            }
            else
            {
                rest[kept++] = part;
            }
        }
        rest.RemoveRange(kept, rest.Count - kept);
    }

    private void MarkDoubtful()
    {
        foreach (var (part, _, _, _) in batch)
        {
            part.Shard.SetMayBeStored(part.Slot, true);
        }
    }

    private void BackOff(Exception exception)
    {
        retryDelay = retryDelay == TimeSpan.Zero ? options.RetryDelay : retryDelay * 2;
        retryDelay = retryDelay > options.MaxRetryDelay ? options.MaxRetryDelay : retryDelay;
        retryAt = clock.GetTimestamp() + (long)(retryDelay.TotalSeconds * clock.TimestampFrequency);
        problem = $"The store refuses closed traces: {exception.Message}";
        logger.StoreRefused(retryDelay, exception.Message);
    }
}
