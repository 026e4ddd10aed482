using Clew.Core.Columns;

namespace Clew.Analysis.SpanTrees;

/// <summary>
/// A total order of spans by id, kind and then content, so that a tree does not depend on the order of its input even where spans
/// contradict each other. Two rows are equal in it exactly where <see cref="SpanContent.Same"/> holds.
/// </summary>
internal readonly struct SpanContentOrder(SpanBatch batch) : IComparer<int>
{
    public int Compare(int a, int b)
    {
        var s = batch.Spans;
        int order = s.SpanIds[a].Value.CompareTo(s.SpanIds[b].Value);
        return order != 0 || (order = ((byte)s.Kinds[a]).CompareTo((byte)s.Kinds[b])) != 0 ? order : CompareContent(a, b);
    }

    private int CompareContent(int a, int b)
    {
        var s = batch.Spans;
        int order;
        if ((order = s.StartTimes[a].CompareTo(s.StartTimes[b])) != 0
            || (order = s.EndTimes[a].CompareTo(s.EndTimes[b])) != 0
            || (order = s.TraceIds[a].CompareTo(s.TraceIds[b])) != 0
            || (order = s.ParentSpanIds[a].CompareTo(s.ParentSpanIds[b])) != 0
            || (order = ((byte)s.StatusCodes[a]).CompareTo((byte)s.StatusCodes[b])) != 0
            || (order = s.Flags[a].CompareTo(s.Flags[b])) != 0
            || (order = s.DroppedAttributesCounts[a].CompareTo(s.DroppedAttributesCounts[b])) != 0
            || (order = s.DroppedEventsCounts[a].CompareTo(s.DroppedEventsCounts[b])) != 0
            || (order = s.DroppedLinksCounts[a].CompareTo(s.DroppedLinksCounts[b])) != 0
            || (order = Strings(s.Names[a], s.Names[b])) != 0
            || (order = Strings(s.TraceStates[a], s.TraceStates[b])) != 0
            || (order = Strings(s.StatusMessages[a], s.StatusMessages[b])) != 0
            || (order = Attributes(s.Attributes[a], s.Attributes[b])) != 0
            || (order = Events(s.Events[a], s.Events[b])) != 0
            || (order = Links(s.Links[a], s.Links[b])) != 0
            || (order = Resources(s.Resources[a], s.Resources[b])) != 0)
        {
            return order;
        }
        return Scopes(s.Scopes[a], s.Scopes[b]);
    }

    private int Strings(int a, int b) => a == b ? 0 : batch.Strings[a].SequenceCompareTo(batch.Strings[b]);

    private int Attributes(RowRange a, RowRange b)
    {
        int order = a.Count.CompareTo(b.Count);
        var t = batch.Attributes;
        for (int i = a.Start, j = b.Start; order == 0 && i < a.End; i++, j++)
        {
            if ((order = Strings(t.Keys[i], t.Keys[j])) == 0 && (order = ((byte)t.Types[i]).CompareTo((byte)t.Types[j])) == 0)
            {
                order = AttributeTable.IsStringId(t.Types[i])
                    ? Strings((int)t.Values[i], (int)t.Values[j])
                    : t.Values[i].CompareTo(t.Values[j]);
            }
        }
        return order;
    }

    private int Events(RowRange a, RowRange b)
    {
        int order = a.Count.CompareTo(b.Count);
        var t = batch.Events;
        for (int i = a.Start, j = b.Start; order == 0 && i < a.End; i++, j++)
        {
            if ((order = t.Times[i].CompareTo(t.Times[j])) == 0
                && (order = t.DroppedAttributesCounts[i].CompareTo(t.DroppedAttributesCounts[j])) == 0
                && (order = Strings(t.Names[i], t.Names[j])) == 0)
            {
                order = Attributes(t.Attributes[i], t.Attributes[j]);
            }
        }
        return order;
    }

    private int Links(RowRange a, RowRange b)
    {
        int order = a.Count.CompareTo(b.Count);
        var t = batch.Links;
        for (int i = a.Start, j = b.Start; order == 0 && i < a.End; i++, j++)
        {
            if ((order = t.TraceIds[i].CompareTo(t.TraceIds[j])) == 0
                && (order = t.SpanIds[i].CompareTo(t.SpanIds[j])) == 0
                && (order = t.Flags[i].CompareTo(t.Flags[j])) == 0
                && (order = t.DroppedAttributesCounts[i].CompareTo(t.DroppedAttributesCounts[j])) == 0
                && (order = Strings(t.TraceStates[i], t.TraceStates[j])) == 0)
            {
                order = Attributes(t.Attributes[i], t.Attributes[j]);
            }
        }
        return order;
    }

    private int Resources(int a, int b)
    {
        var t = batch.Resources;
        int order;
        return a == b ? 0
            : (order = t.DroppedAttributesCounts[a].CompareTo(t.DroppedAttributesCounts[b])) != 0
                || (order = Strings(t.SchemaUrls[a], t.SchemaUrls[b])) != 0 ? order
            : Attributes(t.Attributes[a], t.Attributes[b]);
    }

    private int Scopes(int a, int b)
    {
        var t = batch.Scopes;
        int order;
        return a == b ? 0
            : (order = t.DroppedAttributesCounts[a].CompareTo(t.DroppedAttributesCounts[b])) != 0
                || (order = Strings(t.Names[a], t.Names[b])) != 0
                || (order = Strings(t.Versions[a], t.Versions[b])) != 0
                || (order = Strings(t.SchemaUrls[a], t.SchemaUrls[b])) != 0 ? order
            : Attributes(t.Attributes[a], t.Attributes[b]);
    }
}
