using System.Runtime.CompilerServices;
using Clew.Core.Columns;
using Clew.Core.Measures;
using Clew.Core.Model;
using Clew.Ingest.Assembly;
using Clew.Ingest.Counting;
using Clew.Ingest.Head;
using Clew.Ingest.Intake;
using Clew.Ingest.Journal;
using Clew.Storage;
using Microsoft.Extensions.Logging;

namespace Clew.Ingest.Pipeline;

/// <summary>
/// The way of a payload from a receiver into journal and head, and of what the journal kept back into the head at start.
/// </summary>
/// <remarks>
/// <para><see cref="AcceptAsync"/>:</para>
/// <list type="number">
/// <item>Admit: a payload without spans is done; for others reserve room in the head. Where there is none the assembler is woken and the sender waits a moment; then it is told to
/// come back.</item>
/// <item>Note that a payload is in flight, so that the journal does not let go of its record.</item>
/// <item>Journal: durable when it returns.</item>
/// <item>Add to the head: can be found when it returns.</item>
/// <item>Acknowledge.</item>
/// </list>
/// <para>Order of life: <see cref="RecoverAsync"/> once, then <see cref="RunAsync"/> beside the calls, then <see cref="StopAsync"/>.
/// Before and after, payloads are answered <see cref="IntakeOutcome.Unavailable"/>.</para>
/// <para>Failure policy: nothing is acknowledged that is not in the journal; a payload that the head cannot take is not journalled.</para>
/// </remarks>
public sealed class SpanPipeline : ISpanIntake, IAsyncDisposable
{
    private readonly SpanHead head;
    private readonly IJournal journal;
    private readonly Dictionary<PayloadFormat, IPayloadReader> readers;
    private readonly PipelineOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<SpanPipeline> logger;
    private readonly InFlightPayloads inFlight = new();
    private readonly PipelineCounters counters = new();
    private readonly ProbesInHead probes = new();
    private readonly List<string> problems = []; // those found at start; bounded by MaxProblems
    private readonly BatchCounting counting;
    private readonly HandOver handOver;
    private readonly Assembler assembler;
    private readonly WakeUp wakeUp = new();
    private readonly RoomSignal room = new();
    private readonly TaskCompletionSource storeRefusesReplay = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool accepting;
    private volatile bool hasStopped;
    private volatile bool lastWasOverload;
    private long turnBegan;
    private volatile bool isInTurn;

    /// <summary>Threads that read the journal back: one reads the file while another walks and adds.</summary>
    private const int ReplayThreads = 2;

    /// <summary>The record of what needs none: later than every other.</summary>
    private static readonly JournalPosition NoRecord = new(long.MaxValue);

    /// <summary>Most problems of the start that are kept word for word.</summary>
    private const int MaxProblems = 16;

    public SpanPipeline(
        SpanHead head, IJournal journal, ISpanStore store, BatchCounting counting, IEnumerable<IPayloadReader> readers, PipelineOptions options,
        TimeProvider clock, ILogger<SpanPipeline> logger)
    {
        options.Validate();
        this.head = head;
        this.journal = journal;
        this.readers = readers.ToDictionary(static reader => reader.Format);
        this.options = options;
        this.clock = clock;
        this.counting = counting;
        this.logger = logger;
        head.Continue(store.LastAppend?.Value);
        handOver = new HandOver(head, store, counting, inFlight, options, counters, probes, clock, logger);
        assembler = new Assembler(head, handOver, journal, inFlight, options, clock);
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // one for each request otherwise
    public async ValueTask<IntakeOutcome> AcceptAsync(IngestPayload payload, SpanBatch spans, CancellationToken cancellationToken)
    {
        // 1
        if (!accepting)
        {
            return IntakeOutcome.Unavailable;
        }
        if (spans.Count == 0)
        {
            return IntakeOutcome.Accepted;
        }
        long bytes = SpanHead.Estimate(spans, payload.Bytes.Length);
        if (!head.TryReserve(bytes) && !await WaitForRoomAsync(bytes, cancellationToken))
        {
            lastWasOverload = true;
            counters.CountRefused();
            return IntakeOutcome.Overloaded;
        }
        // 2
        var ticket = inFlight.Begin();
        try
        {
            if (!accepting)
            {
                return IntakeOutcome.Unavailable;
            }
            // 3. Not cancellable from here on: the record is on its way to the disk and its spans belong in the head.
            JournalPosition position;
            using (SelfTrace.Step("journal"))
            {
                position = await journal.AppendAsync(payload, CancellationToken.None);
            }
            inFlight.Known(position);
            // 4
            int added;
            using (SelfTrace.Step("head"))
            {
                // Probes are not read back after a kill: their record need not be kept while they are held.
                added = head.Add(payload.Tenant, spans, payload.Tenant.IsProbe ? NoRecord : position);
            }
            if (!SelfTrace.IsExporting && !payload.Tenant.IsProbe)
            {
                handOver.NoteArrival();
            }
            if (payload.Tenant.IsProbe)
            {
                probes.CountAdded(added);
            }
            else
            {
                counters.CountReceived(spans.Count, added);
            }
        }
        catch (JournalUnavailableException exception)
        {
            if (exception.IsFull)
            {
                lastWasOverload = true;
                counters.CountRefused();
                wakeUp.Set();
            }
            return exception.IsFull ? IntakeOutcome.Overloaded : IntakeOutcome.Unavailable;
        }
        finally
        {
            inFlight.End(ticket);
            head.Unreserve(bytes);
        }
        if (assembler.IsPressing)
        {
            wakeUp.Set();
        }
        // 5
        lastWasOverload = false;
        return IntakeOutcome.Accepted;
    }

    /// <summary>
    /// Reads the journal back into the head, leaving out what the store has. Call once, before anything else. Waits while the store
    /// refuses and the head is full.
    /// </summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        using var records = new ReplayedRecords(journal.Replay());
        using var relief = new SemaphoreSlim(1, 1);
        await Task.WhenAll(Enumerable.Range(0, ReplayThreads).Select(
            _ => Task.Run(() => ReplayAsync(records, relief, cancellationToken), CancellationToken.None)));
        await SortOutStoredAsync(cancellationToken);
        if (records.Count > 0)
        {
            logger.Recovered(records.Count, counters.Recovered, handOver.FoundStored);
        }
        accepting = true;
    }

    /// <summary>The assembler's turns, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = clock.CreateTimer(static wake => ((WakeUp)wake!).Set(), wakeUp, options.TickInterval, options.TickInterval);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await wakeUp.WaitAsync(cancellationToken);
                await TurnAsync();
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                logger.AssemblerFailed(exception);
            }
        }
    }

    /// <summary>One turn of the assembler; <see cref="RunAsync"/> calls it.</summary>
    internal async Task TurnAsync()
    {
        Interlocked.Exchange(ref turnBegan, clock.GetTimestamp());
        isInTurn = true;
        try
        {
            await assembler.TurnAsync();
        }
        finally
        {
            isInTurn = false;
        }
        room.Announce();
    }

    /// <summary>
    /// Takes nothing more, waits for what is in flight and stores what is closed. Open traces stay in the journal and come back at the
    /// next start.
    /// </summary>
    public async Task StopAsync()
    {
        hasStopped = true;
        if (!accepting)
        {
            return;
        }
        accepting = false;
        await inFlight.WhenDrained();
        await assembler.FlushAsync();
    }

    /// <summary>
    /// Deletes traces: what is stored and what is open. What comes of them later is dropped, too, while the decision is remembered
    /// (<see cref="Sampling.SamplingOptions.DecisionAge"/>). When it returns no read shows them, and no crash brings them back.
    /// </summary>
    /// <returns>How many of them there were.</returns>
    /// <exception cref="StoreUnavailableException">Some may be deleted and others not; the same call may succeed later.</exception>
    public Task<int> DeleteTracesAsync(Tenant tenant, IReadOnlyCollection<TraceId> traceIds, CancellationToken cancellationToken) =>
        accepting ? assembler.DeleteAsync(tenant, traceIds, cancellationToken) : throw new StoreUnavailableException(Refusal() ?? "Clew is stopping.");

    /// <summary>How long the assembler has been in its turn; null where it waits for the next one.</summary>
    public TimeSpan? InTurnFor => isInTurn ? clock.GetElapsedTime(Interlocked.Read(ref turnBegan)) : null;

    /// <summary>What the pipeline holds and has done. Cheap enough to be asked every second.</summary>
    public PipelineStatistics GetStatistics()
    {
        var counts = probes.LeftOutOf(head.Counts);
        List<string> all;
        lock (problems)
        {
            all = [.. problems];
        }
        if (handOver.Problem is { } problem)
        {
            all.Add(problem);
        }
        string? refusal = Refusal();
        if (refusal is not null)
        {
            all.Add(refusal);
        }
        all.AddRange(counting.Problems);
        return new PipelineStatistics
        {
            ReceivedSpans = counters.Received,
            DuplicateSpans = counters.Duplicates,
            RecoveredSpans = counters.Recovered,
            OpenSpans = counts.OpenSpans,
            OpenTraces = counts.OpenParts,
            WaitingSpans = counts.ClosedSpans,
            StoredSpans = counters.Stored,
            ClosedEarly = head.Reasons.Early,
            ClosedAtBound = head.Reasons.AtBound,
            LateParts = head.Reasons.Late,
            Closed = counters.Closed.Snapshot(),
            RefusedPayloads = counters.Refused,
            HeadBytes = counts.UsedBytes,
            HeadAllocatedBytes = counts.AllocatedBytes,
            Refusal = refusal,
            Problems = all,
            Bounds =
            [
                new BoundUse("head", BoundUnit.Bytes, counts.UsedBytes, options.HeadBytes),
                new BoundUse("recent_traces", BoundUnit.Items, head.Shards.Sum(static shard => (long)shard.RecentTraces), options.RecentTraces),
                new BoundUse("held_probes", BoundUnit.Items, probes.Held, HeldProbes.Most),
                new BoundUse("late_traces", BoundUnit.Items, counting.Arrivals?.Count ?? 0, LateArrivals.MostTraces),
            ],
        };
    }

    /// <summary>Stops. Journal, head and store stay their owners'.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        assembler.Dispose();
        wakeUp.Dispose();
    }

    /// <summary>One of the threads of the recovery: reads records as they come, and adds them as requests do.</summary>
    private async Task ReplayAsync(ReplayedRecords records, SemaphoreSlim relief, CancellationToken cancellationToken)
    {
        var batch = new SpanBatch();
        byte[] payload = [];
        while (records.TryNext(ref payload, out var record))
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                inFlight.Known(record.Position);
                AddReplayed(record, batch);
                await relief.WaitAsync(cancellationToken);
                try
                {
                    while (!await assembler.RelieveReplayAsync())
                    {
                        storeRefusesReplay.TrySetResult();
                        await Task.Delay(options.RetryDelay, clock, cancellationToken);
                    }
                }
                finally
                {
                    relief.Release();
                }
            }
            catch
            {
                records.End();
                throw;
            }
        }
    }

    private void AddReplayed(in JournalRecord record, SpanBatch batch)
    {
        if (record.Tenant.IsProbe)
        {
            return; // Whoever sent it has gone with the process that it measured.
        }
        if (!readers.TryGetValue(record.Format, out var reader))
        {
            AddProblem($"Journal record {record.Position.Sequence} has format {(int)record.Format}, which nothing reads; it was left out.");
            return;
        }
        var read = reader.Read(record.Payload, batch);
        if (read.IsValid)
        {
            counters.CountRecovered(head.Add(record.Tenant, batch, record.Position, replayed: true));
        }
        else
        {
            AddProblem($"Journal record {record.Position.Sequence} is malformed and was left out: {read.Error}");
        }
    }

    /// <summary>Completes when the store refuses what the replay needs to hand over, so that the recovery may take for ever.</summary>
    internal Task RecoveryWaitsForStore => storeRefusesReplay.Task;

    /// <summary>Says in the log and in the statistics why a recovery that went on behind open ports has ended without success.</summary>
    internal void NoteFailedRecovery(Exception exception) => AddProblem($"The journal could not be read back: {exception.Message}");

    private string? Refusal() =>
        hasStopped ? "The server is stopping: spans are refused."
        : !accepting ? "The journal is not read back yet: spans are refused until it is."
        : lastWasOverload && handOver.Problem is not null ? "There is no room for more while the store refuses what is closed: spans are refused."
        : null;

    private async Task<bool> WaitForRoomAsync(long bytes, CancellationToken cancellationToken)
    {
        long start = clock.GetTimestamp();
        while (true)
        {
            var announced = room.Next;
            if (head.TryReserve(bytes))
            {
                return true;
            }
            wakeUp.Set();
            var left = options.AdmissionWait - clock.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || !accepting)
            {
                return false;
            }
            try
            {
                await announced.WaitAsync(left, clock, cancellationToken);
            }
            catch (TimeoutException)
            {
                return head.TryReserve(bytes);
            }
        }
    }

    private async Task SortOutStoredAsync(CancellationToken cancellationToken)
    {
        var parts = new List<PartRef>();
        foreach (var shard in head.Shards)
        {
            shard.FindOpenMaybeStored(parts);
        }
        // Slots were given as traces came, so this is about the order of time, which is how segments lie: each is gone through once.
        parts.Sort(static (one, other) => one.Slot.CompareTo(other.Slot));
        while (parts.Count > 0)
        {
            try
            {
                await handOver.SortOutStoredAsync(parts);
                break;
            }
            catch (StoreUnavailableException exception)
            {
                storeRefusesReplay.TrySetResult();
                logger.StoreRefused(options.RetryDelay, exception.Message);
                await Task.Delay(options.RetryDelay, clock, cancellationToken);
            }
        }
        foreach (var (shard, slot) in parts)
        {
            shard.CloseIfEmpty(slot);
        }
    }

    private void AddProblem(string problem)
    {
        logger.Problem(problem);
        lock (problems)
        {
            if (problems.Count < MaxProblems)
            {
                problems.Add(problem);
            }
        }
    }
}
