namespace Clew.Ingest.Journal;

// What wakes the writer, and what it does besides writing groups.
public sealed partial class Journal
{
    private readonly ITimer syncTimer;
    private readonly ITimer checkpointTimer;
    private readonly ITimer groupTimer;
    private readonly ITimer retryTimer;
    private bool writerWaits;
    private bool stopping;
    private bool syncIsDue;
    private bool syncIsArmed;
    private bool checkpointIsDue;
    private bool checkpointIsArmed;
    private bool groupIsDue;
    private bool retryIsDue;
    private bool retireIsDue;

    /// <summary>The oldest file is not needed once this number is released.</summary>
    private long retirableFrom = long.MaxValue;

    private ITimer CreateTimer(Action action) => time.CreateTimer(
        _ =>
        {
            lock (gate)
            {
                action();
                WakeWriter();
            }
        },
        null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private void WakeWriter()
    {
        if (writerWaits)
        {
            Monitor.PulseAll(gate);
        }
    }

    private bool HasWork() =>
        stopping || (state == JournalState.Appending && (syncIsDue || checkpointIsDue || retireIsDue || retryIsDue || GroupIsReady()));

    private bool GroupIsReady() =>
        queue.Count > 0
        && (options.MaxGroupDelay == TimeSpan.Zero || groupIsDue || stopping
            || queue.Bytes >= options.MaxGroupBytes || queue.Count >= MaxGroupRecords);

    private bool WaitForWork(out bool sync, out bool maintain, out bool retry, out bool stop)
    {
        lock (gate)
        {
            while (!HasWork())
            {
                writerWaits = true;
                Monitor.PulseAll(gate); // For whoever waits until it is idle.
                Monitor.Wait(gate);
            }
            writerWaits = false;
            (sync, maintain) = (syncIsDue, retireIsDue || checkpointIsDue);
            retry = retryIsDue;
            syncIsDue = retireIsDue = checkpointIsDue = retryIsDue = false;
            if (GroupIsReady())
            {
                TakeGroup();
                groupIsDue = queue.Count > 0; // Who is left has waited already.
            }
            stop = stopping && queue.Count == 0;
            return true;
        }
    }

    /// <summary>
    /// Writes the released position, then takes the files below it out of use: in this order, so that no file is missed that the
    /// checkpoint still asks for. After a failure all is left as it was, and tried again when more is released.
    /// </summary>
    private void Maintain(bool stopping)
    {
        long target;
        lock (gate)
        {
            target = Math.Min(released, nextSequence);
            checkpointIsArmed = false;
        }
        try
        {
            bool worth = target > checkpoint.Released || (stopping && syncedSequence > checkpoint.Synced);
            if (worth)
            {
                checkpoint.Write(target, syncedSequence, files.Generation);
            }
            while (files.Live.Count > 1 && files.Live[1].FirstSequence <= target)
            {
                files.RetireOldest();
            }
            problems.Housekeeping(null);
        }
#pragma warning disable CA1031 // Housekeeping must not end the writer.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            problems.Housekeeping(failure);
        }
        lock (gate)
        {
            PublishFiles();
        }
    }

    private void PublishFiles()
    {
        fileBytes = files.TotalBytes;
        liveBytes = files.LiveBytes;
        retirableFrom = files.Live.Count > 1 ? files.Live[1].FirstSequence : long.MaxValue;
    }

    private void End()
    {
        if (state == JournalState.Appending)
        {
            try
            {
                if (options.Sync == JournalSyncPolicy.Interval)
                {
                    SyncActive();
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                problems.Writing(failure);
            }
            Maintain(stopping: true);
        }
        CloseActive();
        files.FinishPreparing();
        checkpoint.Dispose();
        syncTimer.Dispose();
        checkpointTimer.Dispose();
        groupTimer.Dispose();
        retryTimer.Dispose();
        ended.SetResult();
    }
}
