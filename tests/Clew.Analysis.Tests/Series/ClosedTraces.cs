using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Analysis.Tests.Series;

/// <summary>Lays spans out as closing does: by trace, each in preorder and without copies.</summary>
internal static class ClosedTraces
{
    public static TraceBatch Of(SpanBatch spans)
    {
        var traces = new TraceBatch();
        var copier = new SpanBatchCopier(traces.Spans);
        copier.Begin(spans);
        foreach (var trace in Enumerable.Range(0, spans.Count).GroupBy(row => spans.Spans.TraceIds[row]))
        {
            var tree = new SpanTreeBuilder().Build(spans, trace.ToArray());
            int start = traces.Spans.Count;
            for (int i = 0; i < tree.Count; i++)
            {
                copier.Copy(tree.Rows[i]);
            }
            traces.Traces.Add(trace.Key, new RowRange(start, tree.Count), TraceFlags.None);
        }
        return traces;
    }

    /// <summary>A link from a span to another.</summary>
    public static void Link(SpanBatch batch, int span, params (ulong Trace, ulong Span)[] to)
    {
        int first = batch.Links.Count;
        foreach (var (trace, id) in to)
        {
            int row = batch.Links.AddRow();
            batch.Links.TraceIds[row] = new TraceId(0, trace);
            batch.Links.SpanIds[row] = new SpanId(id);
            batch.Links.TraceStates[row] = 0;
            batch.Links.Flags[row] = 0;
            batch.Links.Attributes[row] = default;
            batch.Links.DroppedAttributesCounts[row] = 0;
        }
        batch.Spans.Links[span] = new RowRange(first, to.Length);
    }
}
