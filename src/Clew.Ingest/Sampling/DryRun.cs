using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Ingest.Closing;
using Clew.Ingest.Sampling.Decisions;
using Clew.Storage;

namespace Clew.Ingest.Sampling;

/// <summary>Says what a policy would keep of traces that are stored, as if they came again in the order and at the pace they came.</summary>
/// <remarks>
/// <para>1. The newest traces of the range are listed. 2. They are read in the order of time and judged in batches, a moment of theirs each,
/// by a clock that follows them. 3. What would be kept is summed up by service.</para>
/// <para>Bounded: <see cref="MaxTraces"/> traces, a batch of <see cref="BatchSpans"/> spans or the largest trace, and the time it is given;
/// what came of it until then is told as such. One at a time.</para>
/// </remarks>
public sealed class DryRun(ISpanStore store) : IDisposable
{
    /// <summary>Most traces looked at, the newest.</summary>
    public const int MaxTraces = 100_000;

    private const int BatchSpans = 20_000;
    private const ulong BatchTime = 10_000_000_000;

    private readonly SemaphoreSlim running = new(1, 1);

    /// <summary>Runs, or returns null where another one is running.</summary>
    /// <param name="tenant">Whose traces.</param>
    /// <param name="range">When they began.</param>
    /// <param name="config">What would be in force. Valid.</param>
    /// <param name="time">What it may take.</param>
    /// <param name="cancellationToken">Ends it without a result.</param>
    public async Task<DryRunResult?> RunAsync(
        Tenant tenant, TimeRange range, SamplingConfig config, TimeSpan time, CancellationToken cancellationToken)
    {
        if (!await running.WaitAsync(0, cancellationToken))
        {
            return null;
        }
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(time);
            using var snapshot = store.Snapshot();
            return await RunAsync(snapshot, tenant, range, config, limit.Token, cancellationToken);
        }
        finally
        {
            running.Release();
        }
    }

    public void Dispose() => running.Dispose();

    private async Task<DryRunResult> RunAsync(
        ISpanSnapshot snapshot, Tenant tenant, TimeRange range, SamplingConfig config, CancellationToken limit, CancellationToken cancellationToken)
    {
        var sums = new DryRunSums();
        var traces = new List<TracePosition>();
        try
        {
            // 1
            var seen = new HashSet<TraceId>();
            await foreach (var hit in snapshot.FindTracesAsync(new TraceSearch { Tenant = tenant, Range = range }, limit))
            {
                if (seen.Add(hit.Position.TraceId))
                {
                    traces.Add(hit.Position);
                }
                if (traces.Count == MaxTraces)
                {
                    sums.IsComplete = false;
                    break;
                }
            }
            // 2
            var clock = new TraceTime();
            var run = new SamplingRun(config, new DecisionMemory(1, TimeSpan.FromDays(1), 0, clock), clock);
            var closer = new TraceCloser();
            ulong batchStart = 0;
            for (int i = traces.Count - 1; i >= 0; i--)
            {
                if (closer.Destination.Traces.Count == 0)
                {
                    batchStart = traces[i].StartTime;
                }
                var flags = await snapshot.ReadTraceAsync(tenant, traces[i].TraceId, closer.Copier, limit);
                closer.Close(traces[i].TraceId, flags ?? TraceFlags.None);
                if (i == 0 || closer.Destination.Spans.Count >= BatchSpans || traces[i - 1].StartTime - batchStart >= BatchTime)
                {
                    limit.ThrowIfCancellationRequested();
                    clock.MoveTo(traces[i].StartTime);
                    Judge(run, tenant, closer.Destination, sums);
                    sums.Judged(batchStart, traces[i].StartTime);
                    closer.Clear();
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            sums.IsComplete = false;
        }
        var statistics = store.GetStatistics();
        double bytesPerSpan = statistics.Spans == 0 ? 0 : statistics.Bytes / (double)statistics.Spans;
        return sums.Result(bytesPerSpan, snapshot.Incomplete);
    }

    private static void Judge(SamplingRun run, Tenant tenant, TraceBatch batch, DryRunSums sums)
    {
        // 3
        run.Decide(tenant, batch);
        for (int trace = 0; trace < batch.Traces.Count; trace++)
        {
            sums.Add(batch, trace, run.Decision(trace).IsKept);
        }
        run.Commit();
    }
}
