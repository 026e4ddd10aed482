using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Closing;
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
    SpanHead head, ISpanStore store, PipelineOptions options, PipelineCounters counters, TimeProvider clock, ILogger logger)
{
    /// <summary>Spans closed under one hold of a shard's lock, unless one trace is larger.</summary>
    private const int SpansPerHold = 2048;

    private readonly TraceCloser closer = new();
    private readonly SpanBatch stored = new();
    private readonly List<int> rows = [];
    private readonly List<PartRef> collected = [];
    private List<WaitingPart> waiting = [];
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
        collected.Clear();
        foreach (var shard in head.Shards)
        {
            shard.TakeClosed(collected);
        }
        if (waiting.Count == 0 && collected.Count > 0)
        {
            oldestWaiting = clock.GetTimestamp();
        }
        foreach (var part in collected)
        {
            var description = part.Shard.Describe(part.Slot);
            waiting.Add(new WaitingPart(part, description));
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
            var batch = NextBatch(out var rest);
            try
            {
                await StoreAsync(batch);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                if (exception is not StoreUnavailableException)
                {
                    MarkDoubtful(batch);
                }
                BackOff(exception);
                return false;
            }
            waiting = rest;
            waitingSpans -= batch.Sum(static part => (long)part.Description.SpanCount);
            waitingBytes -= batch.Sum(static part => part.Description.Bytes);
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
            var part = shard.Describe(slot);
            stored.Clear();
            copier.Forget();
            var flags = await snapshot.ReadTraceAsync(part.Tenant, part.TraceId, copier, CancellationToken.None);
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

    private async Task StoreAsync(List<WaitingPart> batch)
    {
        var tenant = batch[0].Description.Tenant;
        // 1. What came again, or late, may be there already.
        var doubtful = batch.Select(static part => part.Part).Where(static part => part.Shard.Describe(part.Slot).MayBeStored).ToList();
        if (doubtful.Count > 0)
        {
            await SortOutStoredAsync(doubtful);
        }
        // 2. Close them into one batch, a shard at a time.
        closer.Clear();
        CopyClosed(batch);
        // 3. Durable in the store …
        if (closer.Destination.Traces.Count > 0)
        {
            await store.AppendAsync(tenant, closer.Destination, CancellationToken.None);
        }
        counters.CountStored(closer.Destination.Spans.Count);
        // 4. … and then no longer the head's to show.
        head.MarkStored([.. batch.Select(static part => part.Part)]);
    }

    private void CopyClosed(List<WaitingPart> batch)
    {
        var hold = new List<PartRef>();
        foreach (var group in batch.GroupBy(static part => part.Part.Shard))
        {
            int spans = 0;
            foreach (var (part, description) in group)
            {
                hold.Add(part);
                spans += description.SpanCount;
                if (spans >= SpansPerHold)
                {
                    group.Key.CopyClosed(CollectionsMarshal.AsSpan(hold), closer, rows);
                    hold.Clear();
                    spans = 0;
                }
            }
            if (hold.Count > 0)
            {
                group.Key.CopyClosed(CollectionsMarshal.AsSpan(hold), closer, rows);
                hold.Clear();
            }
        }
    }

    private List<WaitingPart> NextBatch(out List<WaitingPart> rest)
    {
        Tenant tenant = waiting[0].Description.Tenant;
        var batch = new List<WaitingPart>();
        rest = [];
        long spans = 0;
        long bytes = 0;
        foreach (var part in waiting)
        {
            spans += part.Description.SpanCount;
            bytes += part.Description.Bytes;
            bool fits = batch.Count == 0 || (spans <= options.FlushSpans && bytes <= options.FlushBytes);
            (fits && part.Description.Tenant == tenant ? batch : rest).Add(part);
        }
        return batch;
    }

    private static void MarkDoubtful(List<WaitingPart> batch)
    {
        foreach (var part in batch)
        {
            part.Part.Shard.SetMayBeStored(part.Part.Slot, true);
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

    private readonly record struct WaitingPart(PartRef Part, PartDescription Description);
}
