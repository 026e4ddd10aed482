using Clew.Core.Columns;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Ingest.Sampling.Decisions;
using Clew.Storage;

namespace Clew.Ingest.Sampling;

/// <summary>
/// Decides which traces of a batch are stored, after they were counted, and remembers it so that what comes late, or again, follows.
/// </summary>
/// <remarks>
/// <para>A batch: 1. <see cref="Decide"/> leaves in it what is to be stored; 2. <see cref="Begin"/> writes down what was decided, with the
/// append's number; 3. the batch is appended; 4. <see cref="Commit"/> or <see cref="Abandon"/>. See docs/adr/0013-sampling.md.</para>
/// <para>While everything is kept and nothing is remembered, none of this does or costs anything.</para>
/// <para>Failure policy: what cannot be written down refuses the batch, as a full store does.</para>
/// <para>Bounded by <see cref="SamplingOptions"/>. Belongs to the assembler's turn, but for <see cref="Config"/>, <see cref="Use"/> and
/// <see cref="GetStatistics"/>, which may be called from any thread.</para>
/// </remarks>
public sealed class TraceSampler : IAppendCompanion, IDisposable
{
    private readonly SamplingOptions options;
    private readonly TimeProvider clock;
    private readonly DecisionMemory decisions;
    private readonly DecisionLog log;
    private readonly AccuracyMeter accuracy;
    private readonly DecisionRecord record = new();
    private readonly Lock gate = new(); // guards the counts
    private readonly List<string> problems = []; // told from outside; a few at most
    private volatile SamplingConfig config;
    private SamplingRun run;
    private bool isActive; // in this batch
    private long released;
    private int keptTraces, droppedTraces, followedTraces;
    private long keptSpans, droppedSpans;
    private (long Kept, long Dropped, long Followed, long KeptSpans, long DroppedSpans, int Decisions, int Remembered) counts;

    /// <summary>Opens what earlier runs remembered.</summary>
    /// <param name="options">Where, and within which bounds.</param>
    /// <param name="config">What is in force first.</param>
    /// <param name="files">The files.</param>
    /// <param name="lastAppend">The span store's last append; null where it does not know.</param>
    /// <param name="clock">The time.</param>
    public TraceSampler(SamplingOptions options, SamplingConfig config, IFileLayer files, AppendId? lastAppend, TimeProvider clock)
    {
        this.options = options;
        this.config = config;
        this.clock = clock;
        decisions = new DecisionMemory(options.DecisionTraces, options.DecisionAge, options.DroppedSpans, clock);
        log = DecisionLog.Open(files, options.Directory, decisions, lastAppend, (clock.GetUtcNow() - options.DecisionAge).ToUnixTimeSeconds());
        accuracy = new AccuracyMeter(clock);
        run = new SamplingRun(config, decisions, clock);
    }

    /// <summary>What is in force.</summary>
    public SamplingConfig Config => config;

    /// <summary>False where every trace of the next batch is kept for sure.</summary>
    internal bool MayDrop => !config.KeepsAll || !decisions.IsEmpty;

    /// <summary>What was dropped of late.</summary>
    internal DecisionMemory Decisions => decisions;

    /// <summary>Puts another policy in force, from the next batch on. Valid: <see cref="Policies.PolicyCheck"/>.</summary>
    public void Use(SamplingConfig next) => config = next;

    /// <summary>Adds a problem to what <see cref="GetStatistics"/> says.</summary>
    internal void Report(string problem)
    {
        lock (gate)
        {
            problems.Add(problem);
        }
    }

    /// <summary>The journal replays nothing before that record any more.</summary>
    internal void Release(long oldestNeeded)
    {
        released = oldestNeeded;
        decisions.Forget(released);
    }

    /// <summary>
    /// Leaves in the batch those traces that are to be stored, their spans with the threshold they were sampled with. Spans of the others
    /// stay where they are, named by no trace.
    /// </summary>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="batch">Closed traces, counted.</param>
    /// <param name="newestRecord">The journal's newest record: every span of the batch is from it or an older one.</param>
    /// <returns>Spans left.</returns>
    public int Decide(Tenant tenant, TraceBatch batch, long newestRecord)
    {
        if (run.Config != config)
        {
            run = new SamplingRun(config, decisions, clock);
        }
        decisions.Forget(released);
        isActive = !config.KeepsAll || !decisions.IsEmpty || log.OwesRecord;
        if (!isActive)
        {
            return batch.Spans.Count;
        }
        record.Clear();
        record.Newest = newestRecord;
        record.Time = clock.GetUtcNow().ToUnixTimeSeconds();
        keptTraces = droppedTraces = followedTraces = 0;
        keptSpans = droppedSpans = 0;
        run.Decide(tenant, batch);
        accuracy.Begin(batch.Spans);
        var traces = batch.Traces;
        int left = 0;
        for (int trace = 0; trace < traces.Count; trace++)
        {
            var decision = run.Decision(trace);
            var range = traces.Spans[trace];
            if (decision != SamplingDecision.Deleted)
            {
                accuracy.Add(range, decision.Threshold, decision.IsKept);
            }
            followedTraces += run.HasFollowed(trace) ? 1 : 0;
            if (!run.HasFollowed(trace) && !config.KeepsAll)
            {
                record.Add(run.Keys[trace], decision.ToCode());
            }
            if (!decision.IsKept)
            {
                Drop(batch, range, run.Keys[trace]);
                continue;
            }
            Keep(batch, range, decision.Threshold);
            traces.Copy(trace, left++);
        }
        traces.Truncate(left);
        return (int)keptSpans;
    }

    /// <summary>
    /// Decides about traces that are deleted: from here on their spans are dropped, and those given are remembered as dropped. When it
    /// returns that is durable. Not between <see cref="Decide"/> and the end of its append.
    /// </summary>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="traceIds">The traces.</param>
    /// <param name="stored">Those of their spans that are stored, which the journal or a sender may bring again.</param>
    /// <param name="newestRecord">The journal's newest record.</param>
    /// <exception cref="StoreUnavailableException">It cannot be written down; the same call may succeed later.</exception>
    internal void Delete(Tenant tenant, IReadOnlyCollection<TraceId> traceIds, SpanBatch stored, long newestRecord)
    {
        ulong tenantKey = DecisionKey.OfTenant(tenant);
        record.Clear();
        record.Newest = newestRecord;
        record.Time = clock.GetUtcNow().ToUnixTimeSeconds();
        uint code = SamplingDecision.Deleted.ToCode();
        foreach (var traceId in traceIds)
        {
            record.Add(DecisionKey.Of(tenantKey, traceId), code);
        }
        for (int row = 0; row < stored.Spans.Count; row++)
        {
            record.AddDropped(DecisionKey.OfSpan(DecisionKey.Of(tenantKey, stored.Spans.TraceIds[row]), stored, row));
        }
        try
        {
            log.Write(record);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"A deletion cannot be written down: {failure.Message}", failure);
        }
        Remember();
        lock (gate)
        {
            counts = counts with { Decisions = decisions.Traces, Remembered = decisions.DroppedSpans };
        }
    }

    /// <inheritdoc/>
    public void Begin(AppendId append)
    {
        if (!isActive || (record.IsEmpty && !log.OwesRecord))
        {
            return;
        }
        try
        {
            log.Write(append, record);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"Sampling decisions cannot be written: {failure.Message}", failure);
        }
    }

    /// <inheritdoc/>
    public void Commit(AppendId append)
    {
        if (!isActive)
        {
            return;
        }
        if (!record.IsEmpty || log.OwesRecord)
        {
            log.Commit(append);
        }
        Remember();
        run.Commit();
        accuracy.Commit();
        lock (gate)
        {
            counts = (
                counts.Kept + keptTraces, counts.Dropped + droppedTraces, counts.Followed + followedTraces,
                counts.KeptSpans + keptSpans, counts.DroppedSpans + droppedSpans, decisions.Traces, decisions.DroppedSpans);
        }
        isActive = false;
    }

    /// <inheritdoc/>
    public void Abandon(AppendId append)
    {
        if (isActive && (!record.IsEmpty || log.OwesRecord))
        {
            log.Abandon();
        }
        isActive = false;
    }

    /// <summary>What was done and is held. Cheap enough to be asked every second.</summary>
    public SamplingStatistics GetStatistics()
    {
        lock (gate)
        {
            return new SamplingStatistics
            {
                KeptTraces = counts.Kept,
                DroppedTraces = counts.Dropped,
                FollowedTraces = counts.Followed,
                KeptSpans = counts.KeptSpans,
                DroppedSpans = counts.DroppedSpans,
                Decisions = counts.Decisions,
                MaxDecisions = options.DecisionTraces,
                RememberedDroppedSpans = counts.Remembered,
                MaxDroppedSpans = options.DroppedSpans,
                LogBytes = log.Bytes,
                Accuracy = accuracy.Read(),
                Problems = [.. log.Problems, .. problems],
            };
        }
    }

    public void Dispose() => log.Dispose();

    private void Remember()
    {
        foreach (var (trace, code) in record.Decisions)
        {
            decisions.Add(trace, code);
        }
        decisions.AddDropped([.. record.Dropped], record.Newest);
    }

    private void Drop(TraceBatch batch, RowRange range, ulong key)
    {
        droppedTraces++;
        droppedSpans += range.Count;
        for (int row = range.Start; row < range.End; row++)
        {
            record.AddDropped(DecisionKey.OfSpan(key, batch.Spans, row));
        }
    }

    private void Keep(TraceBatch batch, RowRange range, SamplingThreshold threshold)
    {
        keptTraces++;
        keptSpans += range.Count;
        if (threshold != SamplingThreshold.Always)
        {
            for (int row = range.Start; row < range.End; row++)
            {
                batch.Spans.Spans.SetThreshold(row, threshold);
            }
        }
    }
}
