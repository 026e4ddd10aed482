using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Ingest.Closing;
using Clew.Ingest.Counting;
using Clew.Ingest.Head;
using Clew.Ingest.Pipeline;
using Clew.Storage;
using Microsoft.Extensions.Logging;

namespace Clew.Ingest.Assembly;

/// <summary>Closed traces on their way from the head to the store, in batches of a good size.</summary>
/// <remarks>
/// <para>Bounded by the head: it holds references only, and one batch of <see cref="PipelineOptions.FlushSpans"/>.</para>
/// <para>Failure policy: a batch that the store refuses is kept and tried again after a delay that doubles up to a bound. After an
/// exception that does not say that nothing changed, the store is asked first what it has.</para>
/// <para>Belongs to the assembler's turn.</para>
/// </remarks>
internal sealed class HandOver(
    SpanHead head, ISpanStore store, BatchCounting counting, PipelineOptions options, PipelineCounters counters, TimeProvider clock, ILogger logger)
{
    private readonly TraceCloser closer = new();
    private readonly SpanBatch stored = new();
    private readonly List<WaitingPart> batch = [];
    private readonly List<PartRef> doubtful = [];
    private List<WaitingPart> waiting = [];
    private List<WaitingPart> rest = [];
    private long waitingSpans;
    private long waitingBytes;
    private long oldestWaiting;
    private long retryAt;
    private TimeSpan retryDelay;
    private volatile string? problem;

    /// <summary>Why the store refuses, or null.</summary>
    public string? Problem => problem;

    /// <summary>Spans that the store turned out to hold already.</summary>
    public long FoundStored { get; private set; }

    /// <summary>True while a refused batch waits for its next try.</summary>
    public bool IsBackingOff => problem is not null && clock.GetTimestamp() < retryAt;

    /// <summary>True where what waits is enough for a batch, or has waited long enough.</summary>
    public bool IsDue => waiting.Count > 0
        && (waitingSpans >= options.FlushSpans
            || waitingBytes >= options.FlushBytes
            || clock.GetElapsedTime(oldestWaiting) >= options.FlushInterval);

    /// <summary>Lines up the parts that closed since the last call.</summary>
    public void Collect()
    {
        int known = waiting.Count;
        foreach (var shard in head.Shards)
        {
            shard.TakeClosed(waiting);
        }
        if (known == 0 && waiting.Count > 0)
        {
            oldestWaiting = clock.GetTimestamp();
        }
        foreach (var (_, description) in CollectionsMarshal.AsSpan(waiting)[known..])
        {
            waitingSpans += description.SpanCount;
            waitingBytes += description.Bytes;
        }
    }

    /// <summary>Stores everything that waits. False where the store refused, or did so a moment ago.</summary>
    /// <param name="force">Tries even within the delay after a refusal.</param>
    public async Task<bool> FlushAsync(bool force)
    {
        if (IsBackingOff && !force)
        {
            return false;
        }
        while (waiting.Count > 0)
        {
            var (spans, bytes) = ChooseBatch();
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
                BackOff(exception);
                return false;
            }
            (waiting, rest) = (rest, waiting);
            waitingSpans -= spans;
            waitingBytes -= bytes;
        }
        if (problem is not null)
        {
            problem = null;
            retryDelay = TimeSpan.Zero;
            logger.StoreBack();
        }
        return true;
    }

    /// <summary>Sorts out of these parts what the store holds of them.</summary>
    public async Task SortOutStoredAsync(IEnumerable<PartRef> parts)
    {
        using var snapshot = store.Snapshot();
        var copier = new SpanBatchCopier(stored);
        foreach (var (shard, slot) in parts)
        {
            var (tenant, traceId) = shard.KeyOf(slot);
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
            }
        }
    }

    private async Task StoreAsync()
    {
        var tenant = batch[0].Description.Tenant;
        // 1. What came again, or late, may be there already.
        doubtful.Clear();
        foreach (var shard in head.Shards)
        {
            shard.FindMaybeStored(batch, doubtful);
        }
        if (doubtful.Count > 0)
        {
            await SortOutStoredAsync(doubtful);
        }
        // 2. Close them into one batch, a shard at a time.
        closer.Clear();
        foreach (var shard in head.Shards)
        {
            CopyClosed(shard);
        }
        // 3. Durable in the store, and counted …
        if (closer.Destination.Traces.Count > 0)
        {
            await counting.AppendAsync(store, tenant, closer.Destination, CancellationToken.None);
        }
        counters.CountStored(closer.Destination.Spans.Count);
        // 4. … and then no longer the head's to show.
        head.MarkStored(batch);
    }

    private void CopyClosed(HeadShard shard)
    {
        bool begun = false;
        foreach (var (part, description) in batch)
        {
            if (part.Shard != shard)
            {
                continue;
            }
            if (!begun)
            {
                shard.BeginCopy(closer.Copier);
                begun = true;
            }
            // The tree is built outside of the shard's lock.
            int row = -1;
            TraceFlags flags;
            do
            {
                row = shard.CopyClosed(part.Slot, row, closer.Copier, out flags);
            }
            while (row >= 0);
            closer.Close(description.TraceId, flags);
        }
    }

    /// <summary>Parts the parts that wait into the next batch and the rest. Returns the batch's spans and bytes.</summary>
    private (long Spans, long Bytes) ChooseBatch()
    {
        var tenant = waiting[0].Description.Tenant;
        batch.Clear();
        rest.Clear();
        long spans = 0;
        long bytes = 0;
        bool isFull = false;
        foreach (var part in waiting)
        {
            var description = part.Description;
            isFull |= batch.Count > 0
                && (spans + description.SpanCount > options.FlushSpans || bytes + description.Bytes > options.FlushBytes);
            if (isFull || description.Tenant != tenant)
            {
                rest.Add(part);
                continue;
            }
            batch.Add(part);
            spans += description.SpanCount;
            bytes += description.Bytes;
        }
        return (spans, bytes);
    }

    private void MarkDoubtful()
    {
        foreach (var (part, _) in batch)
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
