namespace Clew.Core.Columns;

/// <summary>
/// Identity of spans: the same (trace id, span id, kind) with the same content is one span; with other content both are kept.
/// </summary>
public static class SpanContent
{
    /// <summary>True where both rows hold the same span, attribute for attribute. The batches may be different ones.</summary>
    public static bool Same(SpanBatch left, int leftSpan, SpanBatch right, int rightSpan)
    {
        var l = left.Spans;
        var r = right.Spans;
        return l.TraceIds[leftSpan] == r.TraceIds[rightSpan]
            && l.SpanIds[leftSpan] == r.SpanIds[rightSpan]
            && l.Kinds[leftSpan] == r.Kinds[rightSpan]
            && l.ParentSpanIds[leftSpan] == r.ParentSpanIds[rightSpan]
            && l.StartTimes[leftSpan] == r.StartTimes[rightSpan]
            && l.EndTimes[leftSpan] == r.EndTimes[rightSpan]
            && l.StatusCodes[leftSpan] == r.StatusCodes[rightSpan]
            && l.Flags[leftSpan] == r.Flags[rightSpan]
            && l.DroppedAttributesCounts[leftSpan] == r.DroppedAttributesCounts[rightSpan]
            && l.DroppedEventsCounts[leftSpan] == r.DroppedEventsCounts[rightSpan]
            && l.DroppedLinksCounts[leftSpan] == r.DroppedLinksCounts[rightSpan]
            && SameString(left, l.Names[leftSpan], right, r.Names[rightSpan])
            && SameString(left, l.TraceStates[leftSpan], right, r.TraceStates[rightSpan])
            && SameString(left, l.StatusMessages[leftSpan], right, r.StatusMessages[rightSpan])
            && SameAttributes(left, l.Attributes[leftSpan], right, r.Attributes[rightSpan])
            && SameEvents(left, l.Events[leftSpan], right, r.Events[rightSpan])
            && SameLinks(left, l.Links[leftSpan], right, r.Links[rightSpan])
            && SameResource(left, l.Resources[leftSpan], right, r.Resources[rightSpan])
            && SameScope(left, l.Scopes[leftSpan], right, r.Scopes[rightSpan]);
    }

    /// <summary>True where both rows hold the same resource.</summary>
    public static bool SameResource(SpanBatch left, int leftRow, SpanBatch right, int rightRow) =>
        (ReferenceEquals(left, right) && leftRow == rightRow)
        || (left.Resources.DroppedAttributesCounts[leftRow] == right.Resources.DroppedAttributesCounts[rightRow]
            && SameString(left, left.Resources.SchemaUrls[leftRow], right, right.Resources.SchemaUrls[rightRow])
            && SameAttributes(left, left.Resources.Attributes[leftRow], right, right.Resources.Attributes[rightRow]));

    /// <summary>True where both rows hold the same scope.</summary>
    public static bool SameScope(SpanBatch left, int leftRow, SpanBatch right, int rightRow) =>
        (ReferenceEquals(left, right) && leftRow == rightRow)
        || (left.Scopes.DroppedAttributesCounts[leftRow] == right.Scopes.DroppedAttributesCounts[rightRow]
            && SameString(left, left.Scopes.Names[leftRow], right, right.Scopes.Names[rightRow])
            && SameString(left, left.Scopes.Versions[leftRow], right, right.Scopes.Versions[rightRow])
            && SameString(left, left.Scopes.SchemaUrls[leftRow], right, right.Scopes.SchemaUrls[rightRow])
            && SameAttributes(left, left.Scopes.Attributes[leftRow], right, right.Scopes.Attributes[rightRow]));

    /// <summary>True where both ranges hold the same attributes in the same order.</summary>
    public static bool SameAttributes(SpanBatch left, RowRange leftRows, SpanBatch right, RowRange rightRows)
    {
        if (leftRows.Count != rightRows.Count)
        {
            return false;
        }
        var l = left.Attributes;
        var r = right.Attributes;
        for (int i = 0; i < leftRows.Count; i++)
        {
            int a = leftRows.Start + i;
            int b = rightRows.Start + i;
            if (l.Types[a] != r.Types[b]
                || !SameString(left, l.Keys[a], right, r.Keys[b])
                || !(AttributeTable.IsStringId(l.Types[a])
                    ? SameString(left, (int)l.Values[a], right, (int)r.Values[b])
                    : l.Values[a] == r.Values[b]))
            {
                return false;
            }
        }
        return true;
    }

    private static bool SameEvents(SpanBatch left, RowRange leftRows, SpanBatch right, RowRange rightRows)
    {
        if (leftRows.Count != rightRows.Count)
        {
            return false;
        }
        for (int i = 0; i < leftRows.Count; i++)
        {
            int a = leftRows.Start + i;
            int b = rightRows.Start + i;
            if (left.Events.Times[a] != right.Events.Times[b]
                || left.Events.DroppedAttributesCounts[a] != right.Events.DroppedAttributesCounts[b]
                || !SameString(left, left.Events.Names[a], right, right.Events.Names[b])
                || !SameAttributes(left, left.Events.Attributes[a], right, right.Events.Attributes[b]))
            {
                return false;
            }
        }
        return true;
    }

    private static bool SameLinks(SpanBatch left, RowRange leftRows, SpanBatch right, RowRange rightRows)
    {
        if (leftRows.Count != rightRows.Count)
        {
            return false;
        }
        for (int i = 0; i < leftRows.Count; i++)
        {
            int a = leftRows.Start + i;
            int b = rightRows.Start + i;
            if (left.Links.TraceIds[a] != right.Links.TraceIds[b]
                || left.Links.SpanIds[a] != right.Links.SpanIds[b]
                || left.Links.Flags[a] != right.Links.Flags[b]
                || left.Links.DroppedAttributesCounts[a] != right.Links.DroppedAttributesCounts[b]
                || !SameString(left, left.Links.TraceStates[a], right, right.Links.TraceStates[b])
                || !SameAttributes(left, left.Links.Attributes[a], right, right.Links.Attributes[b]))
            {
                return false;
            }
        }
        return true;
    }

    private static bool SameString(SpanBatch left, int leftId, SpanBatch right, int rightId) =>
        (ReferenceEquals(left, right) && leftId == rightId)
        || left.Strings[leftId].SequenceEqual(right.Strings[rightId]);
}
