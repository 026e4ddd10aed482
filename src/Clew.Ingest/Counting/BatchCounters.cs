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

    private TraceBatch traces = new();
    private SeriesDelta delta = new();
    private int counted; // traces
    private bool areKept;
    private bool hadLinks; // the batch before: probably this one will

    /// <summary>Services of which some operations are counted as one.</summary>
    public IReadOnlyList<string> FoldedOperations => red.FoldedServices;

    /// <summary>Services of which some peers are counted as one.</summary>
    public IReadOnlyList<string> FoldedPeers => edges.FoldedServices;

    /// <summary>Starts a batch.</summary>
    /// <param name="of">The batch; it may still grow.</param>
    /// <param name="into">What it adds.</param>
    /// <param name="areKept">True where all of it is kept for sure; else <see cref="Offer"/> follows.</param>
    public void Begin(TraceBatch of, SeriesDelta into, bool areKept)
    {
        into.Clear();
        (traces, delta, counted, this.areKept) = (of, into, 0, areKept);
        red.Begin(of.Spans, into, areKept);
        edges.Begin(of, into);
    }

    /// <summary>
    /// Counts traces that the batch has got since, while their spans are in the processor's caches. Not where spans have links, which may
    /// name spans that are yet to come.
    /// </summary>
    public void CountAhead()
    {
        if (traces.Spans.Links.Count == 0 && !hadLinks)
        {
            CountRest();
        }
    }

    /// <summary>Counts what is left of the batch.</summary>
    /// <param name="late">What the store has of its traces; null where it was not asked.</param>
    public void Complete(LateTraces? late)
    {
        hadLinks = traces.Spans.Links.Count > 0;
        if (hadLinks && counted > 0)
        {
            Begin(traces, delta, areKept);
        }
        CountRest();
        if (late?.Build(traces) ?? false)
        {
            edges.Amend(late.Whole, late.Parts, delta);
        }
    }

    private void CountRest()
    {
        int rows = counted == 0 ? 0 : traces.Traces.Spans[counted - 1].End;
        red.Count(new RowRange(rows, traces.Spans.Count - rows));
        edges.CountFrom(counted);
        counted = traces.Traces.Count;
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
