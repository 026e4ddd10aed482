using Clew.Core.Model;
using Clew.Ingest.Head;
using Clew.Ingest.Journal;
using Clew.Ingest.Pipeline;
using Clew.Storage;

namespace Clew.Ingest.Assembly;

/// <summary>
/// Decides when traces close and sees to it that closed ones reach the store and the journal is let go of.
/// </summary>
/// <remarks>
/// <para>Each shard keeps its open parts in the order of their last span and of their age, so a turn costs what closes in it, not what is
/// open. A turn:</para>
/// <list type="number">
/// <item>Close what is due: quiet with a root, idle without, too old. (Parts that are too large close as their next span comes.)</item>
/// <item>The journal nears its bound: close the traces that need its older half.</item>
/// <item>Memory is short: close the traces that have been quiet longest.</item>
/// <item>Hand over what is closed: as much as makes good batches; everything if it has waited long enough, or memory or journal are short.</item>
/// <item>Free what the store has, and release the journal up to the oldest record still needed.</item>
/// </list>
/// <para>Failure policy: while the store refuses, closed traces stay in the head and nothing more is closed early, since that would free
/// nothing; senders are refused once the budget is used up.</para>
/// </remarks>
internal sealed class Assembler(
    SpanHead head, HandOver handOver, IJournal journal, InFlightPayloads inFlight, PipelineOptions options, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly long highWater = options.HeadBytes / 4 * 3;
    private readonly long lowWater = options.HeadBytes / 2;
    private long lastCheckpoint = clock.GetTimestamp();
    private long released;

    /// <summary>True where the head is so full that the assembler should not wait for its next turn.</summary>
    public bool IsPressing => head.UsedBytes > highWater;

    /// <summary>Does what is due now. One turn at a time; safe to call from anywhere.</summary>
    public async Task TurnAsync()
    {
        await turn.WaitAsync();
        try
        {
            long now = clock.GetTimestamp();
            // 1
            var deadlines = new CloseDeadlines(
                now - Ticks(options.QuietPeriod), now - Ticks(options.IdlePeriod), now - Ticks(options.MaxTraceAge));
            foreach (var shard in head.Shards)
            {
                shard.CloseDue(deadlines);
            }
            bool pressed = false;
            if (!handOver.IsBackingOff)
            {
                // 2
                pressed = RelieveJournal();
                // 3
                pressed |= RelieveMemory(highWater);
            }
            // 4
            handOver.Collect();
            bool flushed = await handOver.FlushAsync(pressed);
            // 5
            head.Reclaim(highWater);
            if (flushed || clock.GetElapsedTime(lastCheckpoint) >= options.FlushInterval)
            {
                Checkpoint();
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Hands over everything that is closed, at the end. Open traces stay in the journal. False where the store refuses.</summary>
    public async Task<bool> FlushAsync()
    {
        await turn.WaitAsync();
        try
        {
            handOver.Collect();
            bool flushed = await handOver.FlushAllAsync();
            head.Reclaim(highWater);
            Checkpoint();
            return flushed;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>
    /// Deletes traces: what is stored, what is open, and what journal, senders and latecomers bring of them while the decision about them
    /// is remembered. When it returns no read shows them, and that is durable.
    /// </summary>
    /// <remarks>
    /// 1. Close what is open of them.
    /// 2. Write down that they are dropped, with fingerprints of what is stored: the journal may hold it, and it was counted.
    /// 3. Hand over: what was open is counted and then dropped.
    /// 4. Delete what is stored.
    /// A crash before the end leaves traces that can be deleted again.
    /// </remarks>
    /// <returns>How many of them there were.</returns>
    /// <exception cref="StoreUnavailableException">Some may be deleted and others not; the same call may succeed later.</exception>
    public async Task<int> DeleteAsync(Tenant tenant, IReadOnlyCollection<TraceId> traceIds, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            // 1
            var there = new HashSet<TraceId>();
            foreach (var traceId in traceIds)
            {
                if (head.Shard(traceId).CloseTrace(new TraceKey(tenant, traceId)))
                {
                    there.Add(traceId);
                }
            }
            // 2
            await handOver.NoteDeletionAsync(tenant, traceIds, there);
            if (there.Count == 0)
            {
                return 0;
            }
            // 3
            handOver.Collect();
            if (!await handOver.FlushAllAsync())
            {
                throw new StoreUnavailableException(handOver.Problem ?? "The store refuses closed traces.");
            }
            head.Reclaim(highWater);
            // 4
            await handOver.DeleteStoredAsync(tenant, there);
            return there.Count;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>
    /// During replay: closes and stores until the head is half empty. Releases nothing, for the replay still reads the journal.
    /// False where the store refuses: to be called again, before anything more is replayed.
    /// </summary>
    public async Task<bool> RelieveReplayAsync()
    {
        if (head.UsedBytes <= lowWater)
        {
            return true;
        }
        RelieveMemory(lowWater);
        handOver.Collect();
        if (!await handOver.FlushAllAsync())
        {
            return false;
        }
        head.Reclaim(lowWater);
        return true;
    }

    public void Dispose() => turn.Dispose();

    private bool RelieveJournal()
    {
        var journalStatistics = journal.GetStatistics();
        if (journalStatistics.NeededBytes <= journalStatistics.BoundBytes * options.JournalPressure)
        {
            return false;
        }
        long oldest = OldestNeeded();
        long middle = oldest + ((inFlight.Newest - oldest) / 2) + 1;
        foreach (var shard in head.Shards)
        {
            shard.CloseHoldersOf(middle);
        }
        return true;
    }

    private bool RelieveMemory(long above)
    {
        if (head.UsedBytes <= above)
        {
            return false;
        }
        // What is closed or dead already comes back by itself: only open traces beyond half of the mark must go.
        long excess = head.Counts.OpenBytes - (above / 2);
        while (excess > 0)
        {
            var quietest = head.Shards[0];
            long since = long.MaxValue;
            foreach (var shard in head.Shards)
            {
                long shardSince = shard.QuietestSince();
                if (shardSince < since)
                {
                    (quietest, since) = (shard, shardSince);
                }
            }
            if (since == long.MaxValue)
            {
                break;
            }
            excess -= quietest.CloseQuietest();
        }
        return true;
    }

    private void Checkpoint()
    {
        lastCheckpoint = clock.GetTimestamp();
        long oldest = OldestNeeded();
        if (oldest > released)
        {
            released = oldest;
            journal.Release(new JournalPosition(oldest));
            handOver.Released(oldest);
        }
    }

    // Payloads in flight first: one that ends after this was read is in a shard by the time the shard is asked.
    private long OldestNeeded()
    {
        long oldest = inFlight.OldestNeeded;
        foreach (var shard in head.Shards)
        {
            oldest = Math.Min(oldest, shard.OldestPosition());
        }
        return oldest;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * clock.TimestampFrequency);
}
