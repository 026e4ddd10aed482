using Clew.Analysis.Edges;
using Clew.Analysis.Series;
using Clew.Analysis.Tests.Series;
using Clew.Core.Columns;
using Clew.Core.Series;

namespace Clew.Analysis.Tests.Edges;

/// <summary>Edges as lines: <c>client > server connection view count[ errors]</c>, in the order of the alphabet.</summary>
internal static class EdgeText
{
    public static string[] Of(SpanBatch spans) => Of(ClosedTraces.Of(spans));

    public static string[] Of(TraceBatch traces)
    {
        var delta = new SeriesDelta();
        new EdgeCounter(new SeriesLimits(1000, 1000)).Count(traces, delta);
        return Of(delta);
    }

    public static string[] Of(SeriesDelta delta) =>
        [.. Enumerable.Range(0, delta.Count).Select(i => delta[i]).GroupBy(cell => cell.Key).Select(Line).Order(StringComparer.Ordinal)];

    private static string Line(IGrouping<SeriesKey, SeriesCell> cells)
    {
        var labels = cells.Key.Labels;
        string line = $"{labels[0]} > {labels[1]} {labels[2]} {labels[3]} {cells.Sum(cell => (long)cell.Count)}";
        long errors = cells.Sum(cell => (long)cell.Errors);
        return errors == 0 ? line : $"{line} {errors}";
    }
}
