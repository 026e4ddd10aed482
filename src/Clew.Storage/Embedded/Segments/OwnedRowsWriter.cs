using Clew.Core.Columns;

namespace Clew.Storage.Embedded.Segments;

/// <summary>Writes spans with what they own. First all are counted, then all are written.</summary>
internal sealed class OwnedRowsWriter(TraceBatch batch, ColumnSet set)
{
    private readonly SpanBatch spans = batch.Spans;
    private readonly AttributeWriter spanAttributes = new(OwnerKind.Span, batch.Spans, set);
    private readonly AttributeWriter eventAttributes = new(OwnerKind.Event, batch.Spans, set);
    private readonly AttributeWriter linkAttributes = new(OwnerKind.Link, batch.Spans, set);
    private readonly SpanColumns span = new(batch, set);
    private readonly List<(int Row, int Span)> owned = []; // events, or links, of the spans being written
    private EventColumns? events;
    private LinkColumns? links;
    private int eventCount;
    private int linkCount;
    private int[] ownedRows = [];

    /// <summary>Looks at the spans of a trace. Traces may come in any order: that of the batch is fastest.</summary>
    public void Count(RowRange range)
    {
        span.FindParents(range);
        spanAttributes.Count(range, spans.Spans.Attributes, spans.Spans.Classes);
        if (spans.Events.Count > 0)
        {
            eventCount += Count(eventAttributes, spans.Spans.Events.AsSpan(range.Start, range.Count), spans.Events.Attributes);
        }
        if (spans.Links.Count > 0)
        {
            linkCount += Count(linkAttributes, spans.Spans.Links.AsSpan(range.Start, range.Count), spans.Links.Attributes);
        }
    }

    private static int Count(AttributeWriter writer, ReadOnlySpan<RowRange> owned, ReadOnlySpan<RowRange> attributes)
    {
        int count = 0;
        foreach (var rows in owned)
        {
            if (rows.Count > 0)
            {
                writer.Count(rows, attributes);
                count += rows.Count;
            }
        }
        return count;
    }

    /// <summary>Lays the columns out.</summary>
    /// <param name="groups">Row groups that there will be.</param>
    public void Plan(int groups)
    {
        spanAttributes.Plan(groups);
        if (eventCount > 0)
        {
            events = new EventColumns(spans, set);
            eventAttributes.Plan(groups);
        }
        if (linkCount > 0)
        {
            links = new LinkColumns(spans, set);
            linkAttributes.Plan(groups);
        }
    }

    /// <summary>Writes these spans.</summary>
    /// <param name="runs">The spans, as runs of rows.</param>
    /// <param name="rows">The same, row by row.</param>
    /// <param name="resources">Numbers the resources.</param>
    /// <param name="scopes">Numbers the scopes.</param>
    public void Write(ReadOnlySpan<RowRange> runs, ReadOnlySpan<int> rows, RowMap resources, RowMap scopes)
    {
        span.Write(runs, rows.Length, resources, scopes);
        spanAttributes.Write(rows, spans.Spans.Attributes);
        if (events is not null)
        {
            Collect(rows, spans.Spans.Events);
            foreach (var (row, of) in owned)
            {
                events.Write(row, spans.Spans.StartTimes[of]);
            }
            eventAttributes.Write(Rows(), spans.Events.Attributes);
        }
        if (links is not null)
        {
            Collect(rows, spans.Spans.Links);
            foreach (var (row, _) in owned)
            {
                links.Write(row);
            }
            linkAttributes.Write(Rows(), spans.Links.Attributes);
        }
    }

    private void Collect(ReadOnlySpan<int> rows, ReadOnlySpan<RowRange> ranges)
    {
        owned.Clear();
        foreach (int row in rows)
        {
            for (int i = ranges[row].Start; i < ranges[row].End; i++)
            {
                owned.Add((i, row));
            }
        }
    }

    private ReadOnlySpan<int> Rows()
    {
        if (ownedRows.Length < owned.Count)
        {
            ownedRows = new int[Math.Max(owned.Count, 2 * ownedRows.Length)];
        }
        for (int i = 0; i < owned.Count; i++)
        {
            ownedRows[i] = owned[i].Row;
        }
        return ownedRows.AsSpan(0, owned.Count);
    }
}
