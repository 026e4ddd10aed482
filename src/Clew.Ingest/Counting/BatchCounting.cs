using System.Collections.Concurrent;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Ingest.Sampling;
using Clew.Storage;

namespace Clew.Ingest.Counting;

/// <summary>
/// Counts every batch of closed traces on its way into the store, and only then lets it be sampled: what is stored or dropped is counted,
/// once, and nothing else (<see cref="CountedAppend"/>).
/// </summary>
/// <remarks>
/// <para>Identical copies were sorted out before: those in the batch by closing, those in the store by the hand-over.</para>
/// <para>Failure policy: where the counts cannot be written down the batch is refused as by a full store, and comes again.</para>
/// <para>Belongs to the assembler's turn; <see cref="Problems"/> may be asked from any thread. Bounded by <see cref="CountingOptions"/> for
/// each tenant.</para>
/// </remarks>
public sealed class BatchCounting(ISeriesStore series, CountingOptions options, TimeProvider clock, TraceSampler? sampler = null, LateArrivals? arrivals = null)
{
    /// <summary>A name that was not seen for 24 of these gives up its place.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Tenant, BatchCounters> countersOf = [];
    private readonly SeriesDelta delta = new();
    private BatchCounters? begun; // the batch that is being counted
    private (Tenant Tenant, TraceBatch Traces, int Generation, bool MayDrop)? begunOf;
    private long periodStart = clock.GetTimestamp();

    /// <summary>What is counted less finely than asked for, one sentence each; empty when all is well.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            var problems = new List<string>();
            foreach (var (_, counters) in countersOf)
            {
                Tell(problems, counters.FoldedOperations, "operations", nameof(options.OperationsPerService), options.OperationsPerService);
                Tell(problems, counters.FoldedPeers, "peers", nameof(options.PeersPerService), options.PeersPerService);
            }
            problems.AddRange(sampler?.GetStatistics().Problems ?? []);
            return problems;
        }
    }

    /// <summary>What remembers which spans came late; null where nothing does.</summary>
    public LateArrivals? Arrivals => arrivals;

    /// <summary>What decides about batches once they are counted; null where everything is stored.</summary>
    public TraceSampler? Sampler => sampler;

    /// <summary>Counts a batch and stores what is kept of it. When it returns both are durable and every later read shows them.</summary>
    /// <param name="spans">Where to.</param>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="traces">Closed traces. What is dropped is taken out.</param>
    /// <param name="newestRecord">The journal's newest record: every span of the batch is from it or an older one.</param>
    /// <param name="late">What the store has of the batch's traces; null where it was not asked.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Spans stored.</returns>
    /// <exception cref="StoreUnavailableException">Neither was done; the same call may succeed later, with the traces as they were.</exception>
    public async ValueTask<int> AppendAsync(
        ISpanStore spans, Tenant tenant, TraceBatch traces, long newestRecord, LateTraces? late, CancellationToken cancellationToken)
    {
        Begin(tenant, traces);
        var its = begun!;
        begun = null;
        its.Complete(late);
        arrivals?.Prepare(traces);
        int kept = sampler?.Decide(tenant, traces, newestRecord) ?? traces.Spans.Count;
        if (begunOf!.Value.MayDrop)
        {
            its.Offer(traces);
        }
        await CountedAppend.AppendAsync(spans, series, tenant, traces, delta, cancellationToken, sampler);
        arrivals?.Commit(tenant);
        return kept;
    }

    /// <summary>
    /// Counts the traces of the next batch that there are so far, while they are in the processor's caches. Nothing needs to: the append counts
    /// what is left.
    /// </summary>
    /// <param name="tenant">Whose they are.</param>
    /// <param name="traces">The batch: it grows, and is then appended or cleared.</param>
    public void CountAhead(Tenant tenant, TraceBatch traces)
    {
        Begin(tenant, traces);
        begun!.CountAhead();
    }

    private void Begin(Tenant tenant, TraceBatch traces)
    {
        bool mayDrop = sampler?.MayDrop ?? false;
        if (begun is not null && begunOf == (tenant, traces, traces.Generation, mayDrop))
        {
            return;
        }
        if (clock.GetElapsedTime(periodStart) >= Period)
        {
            periodStart = clock.GetTimestamp();
            foreach (var (_, counters) in countersOf)
            {
                counters.BeginPeriod();
            }
        }
        begun = countersOf.GetOrAdd(tenant, static (_, options) => new BatchCounters(options), options);
        begun.Begin(traces, delta, areKept: !mayDrop);
        begunOf = (tenant, traces, traces.Generation, mayDrop);
    }

    private static void Tell(List<string> problems, IReadOnlyList<string> services, string what, string key, int bound)
    {
        if (services.Count > 0)
        {
            string first = string.Join(", ", services.Take(3).Select(static service => service.Length == 0 ? "without a name" : service));
            problems.Add(
                $"More than {bound} {what} of a service ({first}{(services.Count > 3 ? $" and {services.Count - 3} more" : "")}): "
                + $"the rest counts as {SeriesLabels.Folded}; Counting:{key} is the bound.");
        }
    }
}
