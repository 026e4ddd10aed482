using System.Runtime.InteropServices;
using Clew.Core.Columns;

namespace Clew.Query.Traces;

/// <summary>Finds the spans of a batch without those that are there twice.</summary>
internal static class DistinctSpans
{
    /// <summary>
    /// The first row of every distinct span, ascending. The batch was filled by one copier, so equal resources and scopes share a row.
    /// </summary>
    public static List<int> Rows(SpanBatch batch)
    {
        // 1. Rows are chained by a hash of all their content: many spans of one id do not make this quadratic.
        // 2. Only within a chain spans are compared in full.
        var heads = new Dictionary<int, int>(batch.Count);
        int[] next = new int[batch.Count];
        var rows = new List<int>(batch.Count);
        for (int row = 0; row < batch.Count; row++)
        {
            ref int head = ref CollectionsMarshal.GetValueRefOrAddDefault(heads, Hash(batch, row), out bool exists);
            if (exists && Contains(batch, row, head, next))
            {
                continue;
            }
            next[row] = exists ? head : -1;
            head = row;
            rows.Add(row);
        }
        return rows;
    }

    private static bool Contains(SpanBatch batch, int row, int chain, int[] next)
    {
        for (int other = chain; other >= 0; other = next[other])
        {
            if (SpanContent.Same(batch, row, batch, other))
            {
                return true;
            }
        }
        return false;
    }

    private static int Hash(SpanBatch batch, int row)
    {
        var spans = batch.Spans;
        var hash = new HashCode();
        hash.Add(spans.SpanIds[row].Value);
        hash.Add(spans.ParentSpanIds[row].Value);
        hash.Add((int)spans.Kinds[row]);
        hash.Add(spans.StartTimes[row]);
        hash.Add(spans.EndTimes[row]);
        hash.Add(spans.Names[row]);
        hash.Add(spans.StatusMessages[row]);
        hash.Add(spans.Resources[row]);
        hash.Add(spans.Scopes[row]);
        Add(ref hash, batch.Attributes, spans.Attributes[row]);
        for (int i = spans.Events[row].Start; i < spans.Events[row].End; i++)
        {
            hash.Add(batch.Events.Times[i]);
            hash.Add(batch.Events.Names[i]);
            Add(ref hash, batch.Attributes, batch.Events.Attributes[i]);
        }
        for (int i = spans.Links[row].Start; i < spans.Links[row].End; i++)
        {
            hash.Add(batch.Links.SpanIds[i].Value);
            Add(ref hash, batch.Attributes, batch.Links.Attributes[i]);
        }
        return hash.ToHashCode();
    }

    private static void Add(ref HashCode hash, AttributeTable attributes, RowRange rows)
    {
        for (int i = rows.Start; i < rows.End; i++)
        {
            hash.Add(attributes.Keys[i]);
            hash.Add((int)attributes.Types[i]);
            hash.Add(attributes.Values[i]);
        }
    }
}
