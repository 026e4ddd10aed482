using Clew.Analysis.Edges;
using Clew.Analysis.Red;
using Clew.Analysis.Series;
using Clew.Core.Columns;
using Clew.Core.Series;

namespace Clew.Ingest.Counting;

/// <summary>What counts the batches of one tenant. Belongs to one thread at a time; what it says may be asked from any.</summary>
internal sealed class BatchCounters(CountingOptions options)
{
    private readonly RedCounter red = new(new SeriesLimits(options.Services, options.OperationsPerService, options.Series));
    private readonly EdgeCounter edges = new(new SeriesLimits(options.Services, options.PeersPerService, options.Series));

    /// <summary>Services of which some operations are counted as one.</summary>
    public IReadOnlyList<string> FoldedOperations => red.FoldedServices;

    /// <summary>Services of which some peers are counted as one.</summary>
    public IReadOnlyList<string> FoldedPeers => edges.FoldedServices;

    /// <summary>Adds a batch to a delta.</summary>
    /// <param name="traces">The batch.</param>
    /// <param name="delta">What it adds.</param>
    /// <param name="areKept">True where all of it is kept for sure; else <see cref="Offer"/> follows.</param>
    /// <param name="late">What the store has of its traces; null where it was not asked.</param>
    public void Count(TraceBatch traces, SeriesDelta delta, bool areKept, LateTraces? late)
    {
        red.Count(traces.Spans, delta, areKept);
        edges.Count(traces, delta);
        if (late?.Build(traces) ?? false)
        {
            edges.Amend(late.Whole, late.Parts, delta);
        }
    }

    /// <summary>Lets the traces that are kept of the batch counted last stand for the others.</summary>
    public void Offer(TraceBatch kept) => red.Offer(kept);

    /// <summary>Called from time to time: names that were not seen for long give up their place.</summary>
    public void BeginPeriod()
    {
        red.BeginPeriod();
        edges.BeginPeriod();
    }
}
