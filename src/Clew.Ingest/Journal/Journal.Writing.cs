using System.Security.Cryptography;
using System.Text;
using Clew.Core.Files;

namespace Clew.Ingest.Journal;

// The writer's thread: everything in this file but the timers and WakeWriter runs on it, or before it has work.
public sealed partial class Journal
{
    /// <summary>The most records of one group: two buffers each stay below what one vectored write takes.</summary>
    private const int MaxGroupRecords = 500;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private const int MaxPrefixBytes = JournalFormat.RecordHeaderBytes + 256;

    private readonly List<PendingAppend> group = new(MaxGroupRecords);
    private readonly List<ReadOnlyMemory<byte>> buffers = new((2 * MaxGroupRecords) + 1);
    private byte[] headers = new byte[16 << 10];
    private IDataFile? active;
    private uint activeSeed;
    private long activeOffset;
    private long activeLength;
    private long nextSequence;
    private long syncedSequence;

    /// <summary>
    /// The life of a record: 1 it waits in the queue; 2 the writer takes all that wait and fit as a group; 3 a file with room is
    /// active; 4 one write; 5 one sync, by the policy; 6 the callers go on.
    /// </summary>
    private void Run()
    {
        while (WaitForWork(out bool sync, out bool maintain, out bool retry, out bool stop))
        {
            if (group.Count > 0)
            {
                WriteGroup(); // 3 to 6
            }
            if (sync)
            {
                SyncAtInterval();
            }
            if (maintain)
            {
                Maintain(stopping: false);
            }
            if (retry && !stop)
            {
                TryAgain();
            }
            if (stop)
            {
                break;
            }
        }
        End();
    }

    private void StartAppending(JournalReplay replay)
    {
        // What an earlier process wrote and did not sync becomes durable before anything is built on it.
        syncedSequence = replay.Synced;
        try
        {
            if (files.Live.Count > 0)
            {
                files.Sync(files.Live[^1]);
            }
            syncedSequence = Math.Min(replay.Expected - 1, replay.Unbroken); // So that a cut is not taken for damage next time.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Writing(failure);
            retryTimer.Change(RetryInterval, Timeout.InfiniteTimeSpan);
        }
        lock (gate)
        {
            nextSequence = replay.Expected;
            positions.Release(released);
            PublishFiles();
            retireIsDue = released >= retirableFrom;
            state = JournalState.Appending;
            WakeWriter();
        }
    }

    private void TakeGroup()
    {
        long room = active is null ? 0 : activeLength - activeOffset - JournalFormat.RecordHeaderBytes;
        if (queue.Head!.RecordBytes > room)
        {
            room = options.FileBytes - JournalFormat.FirstRecordOffset - JournalFormat.RecordHeaderBytes;
        }
        long bytes = 0;
        while (queue.Head is { } next && group.Count < MaxGroupRecords)
        {
            bool fits = bytes + next.RecordBytes <= Math.Min(room, options.MaxGroupBytes);
            if (!fits && group.Count > 0)
            {
                break;
            }
            queue.Remove(next);
            group.Add(next);
            bytes += next.RecordBytes;
        }
        takenBytes = bytes;
    }

    private void WriteGroup()
    {
        long first = nextSequence;
        Exception? failure = null;
        try
        {
            EnsureRoom(takenBytes + JournalFormat.RecordHeaderBytes);
            GatherBuffers();
            active!.Write(buffers, activeOffset);
            if (options.Sync == JournalSyncPolicy.Fsync)
            {
                active.Sync();
            }
            activeOffset += takenBytes;
            nextSequence += group.Count;
            NoteWritten();
            if (activeOffset >= activeLength / 2)
            {
                files.PrepareAhead();
            }
        }
#pragma warning disable CA1031 // Whatever it was, the callers are told and the writer goes on.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            failure = thrown;
            Abandon();
        }
        problems.Writing(failure);
        buffers.Clear();
        lock (gate)
        {
            takenBytes = 0;
            for (int i = 0; failure is null && i < group.Count; i++)
            {
                positions.Add(first + i, group[i].RecordBytes);
            }
            PublishFiles();
            retireIsDue |= released >= retirableFrom;
        }
        for (int i = 0; i < group.Count; i++)
        {
            if (failure is null)
            {
                group[i].Complete(new JournalPosition(first + i));
            }
            else
            {
                group[i].Fail(new JournalUnavailableException($"The disk refuses the journal: {failure.Message}", isFull: false, failure));
            }
        }
        group.Clear();
    }

    private void EnsureRoom(long bytes)
    {
        if (active is not null && activeOffset + bytes <= activeLength)
        {
            return;
        }
        if (options.Sync == JournalSyncPolicy.Interval)
        {
            SyncActive();
        }
        CloseActive();
        Span<byte> salt = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(salt);
        active = files.Begin(JournalFormat.FirstRecordOffset + bytes, BitConverter.ToUInt64(salt), nextSequence, syncedSequence, Now());
        var begun = files.Live[^1];
        activeSeed = begun.Header!.Value.Seed;
        activeOffset = JournalFormat.FirstRecordOffset;
        activeLength = begun.Length;
    }

    /// <summary>Headers in a buffer of our own, payloads where they are, and an end mark behind them.</summary>
    private void GatherBuffers()
    {
        if (headers.Length < (group.Count + 1) * (MaxPrefixBytes + JournalFormat.Alignment))
        {
            headers = new byte[(MaxGroupRecords + 1) * (MaxPrefixBytes + JournalFormat.Alignment)];
        }
        int at = 0;
        int padding = 0; // Of the payload before: it lies in front of the next header.
        for (int i = 0; i < group.Count; i++)
        {
            var append = group[i];
            int from = at;
            headers.AsSpan(at, padding).Clear();
            at += padding;
            string tenant = append.Payload.Tenant.Name;
            var header = new JournalRecordHeader(
                JournalRecordKind.Payload, nextSequence + i, syncedSequence, append.Time, append.Payload.Format, (byte)tenant.Length,
                append.Payload.Bytes.Length, append.PayloadChecksum);
            var prefix = headers.AsSpan(at, header.PrefixBytes);
            prefix[JournalFormat.RecordHeaderBytes..].Clear();
            Encoding.ASCII.GetBytes(tenant, prefix[JournalFormat.RecordHeaderBytes..]);
            header.Write(prefix, activeSeed);
            at += prefix.Length;
            buffers.Add(headers.AsMemory(from, at - from));
            buffers.Add(append.Payload.Bytes);
            padding = (int)(JournalFormat.Aligned(append.Payload.Bytes.Length) - append.Payload.Bytes.Length);
        }
        int last = at;
        headers.AsSpan(at, padding).Clear();
        at += padding;
        var end = new JournalRecordHeader(JournalRecordKind.End, nextSequence + group.Count, syncedSequence, 0, default, 0, 0, 0);
        end.Write(headers.AsSpan(at, JournalFormat.RecordHeaderBytes), activeSeed);
        at += JournalFormat.RecordHeaderBytes;
        buffers.Add(headers.AsMemory(last, at - last));
    }

    private void NoteWritten()
    {
        switch (options.Sync)
        {
            case JournalSyncPolicy.Fsync:
                syncedSequence = nextSequence - 1;
                break;
            case JournalSyncPolicy.Interval when !syncIsArmed:
                syncIsArmed = true;
                syncTimer.Change(options.SyncInterval, Timeout.InfiniteTimeSpan);
                break;
        }
    }

    private void SyncAtInterval()
    {
        syncIsArmed = false;
        try
        {
            SyncActive();
            problems.Writing(null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Abandon();
            problems.Writing(failure);
        }
    }

    private void SyncActive()
    {
        if (active is not null && syncedSequence < nextSequence - 1)
        {
            active.Sync();
            syncedSequence = nextSequence - 1;
        }
    }

    /// <summary>
    /// After a failure, whether the disk takes writes again: a file is begun, as the next group would. So health and whoever asks it
    /// before sending find out that it is over.
    /// </summary>
    private void TryAgain()
    {
        if (active is not null)
        {
            return;
        }
        try
        {
            EnsureRoom(JournalFormat.RecordHeaderBytes);
            problems.Writing(null);
        }
#pragma warning disable CA1031 // Whatever it was, it is tried again.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Abandon();
            problems.Writing(failure);
        }
        lock (gate)
        {
            PublishFiles();
        }
    }

    /// <summary>
    /// After a failure nothing in the file behind what was synced is to be trusted: the next group begins a new file, whose first
    /// number makes void what the failed write may have left.
    /// </summary>
    private void Abandon()
    {
        if (active is not null && files.Live[^1].FirstSequence == nextSequence)
        {
            files.DropLast();
        }
        CloseActive();
        retryTimer.Change(RetryInterval, Timeout.InfiniteTimeSpan);
    }

    private void CloseActive()
    {
        active?.Dispose();
        active = null;
    }
}
