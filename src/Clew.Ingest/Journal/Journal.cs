using Clew.Core.Encodings;
using Clew.Core.Files;
using Clew.Core.Measures;
using Clew.Ingest.Intake;
using Microsoft.Extensions.Logging;

namespace Clew.Ingest.Journal;

/// <summary>The journal on disk. Layout: docs/formats/journal.md; what is promised when: docs/operations/durability.md.</summary>
/// <remarks>
/// Callers queue their payloads; one thread of its own takes all that wait as a group (Journal.Writing.cs), writes them with one call
/// straight from the callers' memory, syncs once, and completes the callers. While one group is synced the next gathers.
/// A file is written by one process and never again before it is recycled: each start, and each failure, begins a new file.
/// Bounds: <see cref="JournalOptions.BoundBytes"/> of records, <see cref="JournalOptions.MaxWaiting"/> callers, and for files what
/// <see cref="JournalFileSet"/> says.
/// </remarks>
public sealed partial class Journal : IJournal
{
    private readonly JournalOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly JournalProblems problems;
    private readonly JournalFileSet files;
    private readonly DiskRoom room;
    private readonly JournalCheckpoint checkpoint;

    // A Monitor, not a Lock: the writer waits on it.
    private readonly object gate = new();
    private readonly AppendQueue queue = new();
    private readonly LogPositions positions = new();
    private readonly Stack<PendingAppend> pool = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private JournalState state;
    private long released;
    private long takenBytes;
    private long fileBytes;
    private long liveBytes;

    private Journal(
        JournalOptions options, TimeProvider time, ILogger logger, JournalProblems problems, JournalFileSet files, JournalCheckpoint checkpoint,
        DiskRoom room)
    {
        (this.options, this.time, this.logger) = (options, time, logger);
        (this.problems, this.files, this.checkpoint, this.room) = (problems, files, checkpoint, room);
        released = checkpoint.Released;
        (fileBytes, liveBytes) = (files.TotalBytes, files.LiveBytes);
        syncTimer = CreateTimer(() => syncIsDue = true);
        checkpointTimer = CreateTimer(() => checkpointIsDue = true);
        groupTimer = CreateTimer(() => groupIsDue = true);
        retryTimer = CreateTimer(() => retryIsDue = true);
        new Thread(Run) { Name = "Clew journal", IsBackground = true }.Start();
    }

    /// <summary>
    /// Opens the journal and looks through its files; writes nothing but the directory. <see cref="Replay"/> comes next, then appends.
    /// One journal per directory: the caller holds the data directory's <see cref="DataDirectoryLock"/>.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidDataException">The files were written by a newer version.</exception>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    public static Journal Open(JournalOptions options, IFileLayer fileLayer, TimeProvider timeProvider, ILogger<Journal> logger)
    {
        options.Validate();
        fileLayer.CreateDirectory(options.Directory);
        var problems = new JournalProblems(logger);
        bool hasCheckpoint = fileLayer.ListFiles(options.Directory).Contains(JournalFormat.CheckpointName);
        var checkpoint = JournalCheckpoint.Read(fileLayer, options.Directory, hasCheckpoint);
        if (checkpoint.IsDamaged)
        {
            problems.Corrupt(
                Path.Combine(options.Directory, JournalFormat.CheckpointName), 0, "a slot is damaged; more may be replayed than is needed");
        }
        var files = JournalFileSet.Scan(fileLayer, options, checkpoint.Generation, problems);
        var room = new DiskRoom(fileLayer, options.Directory, options.ReserveBytes, timeProvider);
        return new Journal(options, timeProvider, logger, problems, files, checkpoint, room);
    }

    /// <inheritdoc/>
    public IEnumerable<JournalRecord> Replay()
    {
        lock (gate)
        {
            if (state != JournalState.Opened)
            {
                throw new InvalidOperationException("The journal is replayed once, before the first append.");
            }
            state = JournalState.Replaying;
        }
        var replay = new JournalReplay(files, checkpoint, problems);
        long records = 0;
        try
        {
            while (replay.Next(out var record))
            {
                lock (gate)
                {
                    positions.Add(record.Position.Sequence, replay.RecordBytes);
                }
                records++;
                yield return record;
            }
        }
        finally
        {
            replay.Close();
        }
        StartAppending(replay);
        if (records > 0)
        {
            JournalLog.Replayed(logger, records, positions.NeededBytes, files.Live.Count);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The payload's memory is read until this returns. Cancellation withdraws a record that still waits for its group; one that is
    /// already being written is waited for, because the write reads the caller's memory, and its result is given.
    /// </remarks>
    public ValueTask<JournalPosition> AppendAsync(IngestPayload payload, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<JournalPosition>(cancellationToken);
        }
        // The checksum is the caller's work: callers are many, the writer is one.
        uint checksum = Crc32C.Of(payload.Bytes.Span);
        long bytes = JournalFormat.RecordBytes(payload.Tenant.Name.Length, payload.Bytes.Length);
        PendingAppend append;
        lock (gate)
        {
            if (Refusal(bytes) is { } refusal)
            {
                return ValueTask.FromException<JournalPosition>(refusal);
            }
            append = pool.TryPop(out var pooled) ? pooled : new PendingAppend(this);
            append.Begin(payload, checksum, Now(), bytes);
            queue.Add(append);
            if (queue.Count == 1 && options.MaxGroupDelay > TimeSpan.Zero)
            {
                groupTimer.Change(options.MaxGroupDelay, Timeout.InfiniteTimeSpan);
            }
            WakeWriter();
        }
        var task = append.Task;
        if (cancellationToken.CanBeCanceled)
        {
            append.WithdrawOn(cancellationToken);
        }
        return task;
    }

    /// <inheritdoc/>
    public void Release(JournalPosition oldestNeeded)
    {
        lock (gate)
        {
            if (oldestNeeded.Sequence <= released)
            {
                return;
            }
            released = oldestNeeded.Sequence;
            positions.Release(released);
            if (released >= retirableFrom)
            {
                retireIsDue = true;
                WakeWriter();
            }
            else if (!checkpointIsArmed)
            {
                checkpointIsArmed = true;
                checkpointTimer.Change(options.CheckpointInterval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <inheritdoc/>
    public JournalStatistics GetStatistics()
    {
        lock (gate)
        {
            problems.Room(RoomRefusal()); // So that it is over when there is room again, though nobody sends.
            return new JournalStatistics(positions.NeededBytes, options.BoundBytes, fileBytes, problems.ToList(), problems.Refusal)
            {
                Bounds =
                [
                    new BoundUse("journal", BoundUnit.Bytes, positions.NeededBytes + queue.Bytes + takenBytes, options.BoundBytes),
                    new BoundUse("journal_queue", BoundUnit.Items, queue.Count, options.MaxWaiting),
                ],
            };
        }
    }

    /// <summary>Writes what still waits, notes the released position, and ends. Later appends are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            stopping = true;
            WakeWriter();
        }
        await ended.Task.ConfigureAwait(false);
    }

    /// <summary>Takes a record out of the queue if the writer has not taken it.</summary>
    internal bool TryWithdraw(PendingAppend append)
    {
        lock (gate)
        {
            if (!append.IsQueued)
            {
                return false;
            }
            queue.Remove(append);
            return true;
        }
    }

    /// <summary>Takes back a waiter; as many are kept as may wait.</summary>
    internal void Return(PendingAppend append)
    {
        lock (gate)
        {
            if (pool.Count < options.MaxWaiting)
            {
                pool.Push(append);
            }
        }
    }

    /// <summary>Returns when the writer has nothing to do. For tests.</summary>
    internal void WaitUntilIdle()
    {
        lock (gate)
        {
            while (!writerWaits || HasWork())
            {
                Monitor.Wait(gate);
            }
        }
    }

    private Exception? Refusal(long bytes)
    {
        if (state != JournalState.Appending)
        {
            return new InvalidOperationException("The journal is replayed to its end before the first append.");
        }
        if (stopping)
        {
            return new JournalUnavailableException("The journal is being closed.", isFull: false);
        }
        if (positions.NeededBytes + queue.Bytes + takenBytes + bytes > options.BoundBytes || liveBytes > 2 * (options.BoundBytes + options.FileBytes))
        {
            return new JournalUnavailableException($"The journal is full: its bound is {options.BoundBytes} bytes.", isFull: true);
        }
        if (RoomRefusal() is { } noRoom)
        {
            problems.Room(noRoom);
            return new JournalUnavailableException(noRoom, isFull: false);
        }
        return queue.Count < options.MaxWaiting
            ? null
            : new JournalUnavailableException($"{options.MaxWaiting} callers wait for the journal already.", isFull: true);
    }

    private string? RoomRefusal() => room.Refusal(positions.NeededBytes + queue.Bytes + takenBytes);

    private ulong Now() => (ulong)Math.Max(0, (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks) * 100;
}
