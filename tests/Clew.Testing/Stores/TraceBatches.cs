using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Testing.Stores;

/// <summary>Puts spans in the form in which stores take them: by trace, each in preorder.</summary>
public static class TraceBatches
{
    /// <summary>One row per trace; spans that no root leads to follow at the end of theirs.</summary>
    public static TraceBatch Of(SpanBatch spans, TraceFlags flags = TraceFlags.None, bool selfTimes = false)
    {
        var batch = new TraceBatch();
        var copier = new SpanBatchCopier(batch.Spans);
        copier.Begin(spans);
        foreach (var trace in Enumerable.Range(0, spans.Count).GroupBy(i => spans.Spans.TraceIds[i]))
        {
            int first = batch.Spans.Count;
            bool hasRoot = false;
            foreach (int row in Preorder(spans, [.. trace]))
            {
                copier.Copy(row);
                hasRoot |= spans.Spans.ParentSpanIds[row].IsEmpty;
            }
            batch.Traces.Add(
                trace.Key, new RowRange(first, batch.Spans.Count - first), hasRoot ? flags : flags | TraceFlags.WithoutRoot);
        }
        if (selfTimes)
        {
            batch.SelfTimes = [.. Enumerable.Range(0, batch.Spans.Count).Select(row => batch.Spans.Spans.Duration(row) / 2)];
            batch.CriticalTimes = [.. Enumerable.Range(0, batch.Spans.Count).Select(row => (ulong)(row % 4) * batch.Spans.Spans.Duration(row) / 4)];
        }
        return batch;
    }

    private static List<int> Preorder(SpanBatch spans, List<int> rows)
    {
        var s = spans.Spans;
        var children = rows.ToLookup(row => s.ParentSpanIds[row]);
        var result = new List<int>();
        var seen = new HashSet<int>();
        foreach (int root in rows.Where(row => s.ParentSpanIds[row].IsEmpty))
        {
            Visit(root);
        }
        rows.ForEach(Visit);
        return result;

        void Visit(int row)
        {
            if (seen.Add(row))
            {
                result.Add(row);
                foreach (int child in children[s.SpanIds[row]].OrderBy(child => s.StartTimes[child]))
                {
                    Visit(child);
                }
            }
        }
    }
}
