using Clew.Analysis.Series;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Series;

namespace Clew.Analysis.Red;

/// <summary>Counts every span of a batch once: requests, errors and durations by service, operation, span kind and status.</summary>
/// <remarks>
/// A span whose sender sampled counts as many times as it stands for (<see cref="SenderWeights"/>).
/// A span is filed under the step of time it starts in; it failed where its status is error; a span that ends before it starts took 0 ns.
/// Operations past a bound are counted as <see cref="SeriesLabels.Folded"/>. Reused from batch to batch; belongs to one thread at a time.
/// </remarks>
public sealed class RedCounter
{
    private const int StatusBits = 2;

    private readonly SeriesCatalog catalog;
    private readonly SeriesTally tally;
    private readonly SenderWeights weights = new();
    private SpanBatch batch = new();
    private SeriesDelta delta = new();
    private bool areKept;
    private int[] seriesOfClass = []; // + 1, 0: not known in this batch

    public RedCounter(SeriesLimits limits)
    {
        catalog = new SeriesCatalog(limits, static (service, operation, variant) => SeriesKey.Red(
            service, operation, (SpanKind)(variant >> StatusBits), (StatusCode)(variant & ((1 << StatusBits) - 1))));
        tally = new SeriesTally(catalog);
    }

    /// <summary>Spans counted under a folded name.</summary>
    public long Folded => tally.Folded;

    /// <summary>Services with more operations than are counted apart.</summary>
    public IReadOnlyList<string> FoldedServices => catalog.FoldedOwners;

    /// <summary>Adds the spans of a batch to the delta.</summary>
    /// <param name="batch">The spans.</param>
    /// <param name="delta">What they add.</param>
    /// <param name="areKept">True where all of their traces are kept, so that they may stand for others.</param>
    public void Count(SpanBatch batch, SeriesDelta delta, bool areKept)
    {
        Begin(batch, delta, areKept);
        Count(new RowRange(0, batch.Count));
    }

    /// <summary>Starts a batch that may still grow, of which <see cref="Count(RowRange)"/> counts every span once.</summary>
    public void Begin(SpanBatch batch, SeriesDelta delta, bool areKept)
    {
        (this.batch, this.delta, this.areKept) = (batch, delta, areKept);
        tally.Begin(delta);
        weights.Begin(batch);
        Array.Clear(seriesOfClass);
    }

    /// <summary>Adds these spans of the batch.</summary>
    public void Count(RowRange rows)
    {
        var s = batch.Spans;
        for (int row = rows.Start; row < rows.End; row++)
        {
            int series = SeriesOf(batch, row);
            ulong duration = s.Duration(row);
            int cell = tally.Count(series, s.StartTimes[row], duration, s.StatusCodes[row] == StatusCode.Error, weights.Of(row));
            if (areKept)
            {
                delta.Offer(cell, s.TraceIds[row], duration);
            }
        }
    }

    /// <summary>Lets those traces of the batch counted last that are kept, and so are still among its traces, stand for others.</summary>
    public void Offer(TraceBatch kept)
    {
        var s = kept.Spans.Spans;
        foreach (var range in kept.Traces.Spans.AsSpan(0, kept.Traces.Count))
        {
            for (int row = range.Start; row < range.End; row++)
            {
                tally.Offer(SeriesOf(kept.Spans, row), s.StartTimes[row], s.Duration(row), s.TraceIds[row]);
            }
        }
    }

    private int SeriesOf(SpanBatch batch, int row)
    {
        var classes = batch.Spans.Classes;
        int spanClass = row < classes.Length ? classes[row] : 0;
        if (spanClass == 0)
        {
            return SeriesOfOne(batch, row);
        }
        if (spanClass >= seriesOfClass.Length)
        {
            Array.Resize(ref seriesOfClass, Math.Max(2 * spanClass, 256));
        }
        ref int known = ref seriesOfClass[spanClass];
        if (known == 0)
        {
            known = SeriesOfOne(batch, row) + 1;
        }
        return known - 1;
    }

    private int SeriesOfOne(SpanBatch batch, int row)
    {
        var s = batch.Spans;
        int service = batch.Resources.ServiceNames[s.Resources[row]];
        int name = s.Names[row];
        int variant = ((int)s.Kinds[row] << StatusBits) | (int)s.StatusCodes[row];
        ulong names = ((ulong)(uint)service << 32) | (uint)name;
        int series = tally.Find(names, (ulong)variant);
        if (series < 0)
        {
            series = catalog.Resolve(batch.Strings[service], batch.Strings[name], variant, NameClass.Seen);
            tally.Set(names, (ulong)variant, series);
        }
        return series;
    }

    /// <summary>Called from time to time, between batches: operations that were not seen for long give up their place.</summary>
    public void BeginPeriod() => catalog.BeginPeriod();
}
