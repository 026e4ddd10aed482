using Clew.Analysis.Series;
using Clew.Core.Columns;
using Clew.Core.Series;

namespace Clew.Analysis.Edges;

// Edges of traces of which spans came late.
public sealed partial class EdgeCounter
{
    private readonly List<CountedCall> ofWhole = [];
    private readonly List<CountedCall> ofParts = [];

    /// <summary>
    /// Adds to the delta what makes of edges that were counted part by part those of the whole traces: calls whose ends have met, and under
    /// <see cref="EdgeView.ClientOnlyAmended"/> and <see cref="EdgeView.ServerOnlyAmended"/> the halves that they were counted as.
    /// </summary>
    /// <param name="whole">The traces as they are now.</param>
    /// <param name="parts">The same spans as they were counted: each part a trace of its own.</param>
    /// <param name="delta">What they add.</param>
    public void Amend(TraceBatch whole, TraceBatch parts, SeriesDelta delta)
    {
        Note(whole, ofWhole, delta);
        Note(parts, ofParts, delta);
        tally.Begin(delta);
        int part = 0;
        foreach (var call in ofWhole)
        {
            for (; part < ofParts.Count && ofParts[part].CompareTo(call) < 0; part++)
            {
                TakeBack(ofParts[part], delta);
            }
            if (part < ofParts.Count && ofParts[part] == call)
            {
                part++;
                continue;
            }
            tally.Count(call.Series, call.Time, call.Duration, call.IsError, call.Times);
        }
        for (; part < ofParts.Count; part++)
        {
            TakeBack(ofParts[part], delta);
        }
    }

    private void Note(TraceBatch of, List<CountedCall> into, SeriesDelta delta)
    {
        into.Clear();
        tally.Begin(delta, into);
        BeginWalk(of);
        Walk(0);
        into.Sort();
    }

    /// <summary>A pair stays one: only what one end told alone is taken back.</summary>
    private void TakeBack(in CountedCall call, SeriesDelta delta)
    {
        var labels = catalog[call.Series].Labels;
        string view = labels[SeriesLabels.View];
        EdgeView? amended = view == SeriesLabels.Of(EdgeView.ClientOnly) ? EdgeView.ClientOnlyAmended
            : view == SeriesLabels.Of(EdgeView.ServerOnly) ? EdgeView.ServerOnlyAmended
            : null;
        if (amended is { } to)
        {
            var key = new SeriesKey(SeriesKind.Edge, labels[SeriesLabels.Client], labels[SeriesLabels.Server], labels[SeriesLabels.Connection], SeriesLabels.Of(to));
            delta.Add(delta.CellOf(key, SeriesDelta.StepOf(call.Time)), call.Duration, call.IsError, call.Times);
        }
    }
}
