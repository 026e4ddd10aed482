using Clew.Core.Columns;

namespace Clew.Storage.Embedded.Segments;

/// <summary>Writes spans with what they own. First all are counted, then all are written, in the same order.</summary>
internal sealed class OwnedRowsWriter(TraceBatch batch, ColumnSet set)
{
    private readonly SpanBatch spans = batch.Spans;
    private readonly AttributeWriter spanAttributes = new(OwnerKind.Span, batch.Spans, set);
    private readonly AttributeWriter eventAttributes = new(OwnerKind.Event, batch.Spans, set);
    private readonly AttributeWriter linkAttributes = new(OwnerKind.Link, batch.Spans, set);
    private SpanColumns span = null!;
    private EventColumns? events;
    private LinkColumns? links;
    private int eventCount;
    private int linkCount;

    public void Count(RowRange range)
    {
        for (int i = range.Start; i < range.End; i++)
        {
            spanAttributes.Count(spans.Spans.Attributes[i]);
            var eventRows = spans.Spans.Events[i];
            eventCount += eventRows.Count;
            for (int e = eventRows.Start; e < eventRows.End; e++)
            {
                eventAttributes.Count(spans.Events.Attributes[e]);
            }
            var linkRows = spans.Spans.Links[i];
            linkCount += linkRows.Count;
            for (int l = linkRows.Start; l < linkRows.End; l++)
            {
                linkAttributes.Count(spans.Links.Attributes[l]);
            }
        }
    }

    /// <summary>Lays the columns out.</summary>
    /// <param name="groups">Row groups that there will be.</param>
    public void Plan(int groups)
    {
        span = new SpanColumns(batch, set);
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

    /// <summary>Writes the parent of a span of the trace with that range.</summary>
    public void WriteParent(int row, RowRange trace) => span.WriteParent(row, trace);

    /// <summary>Writes everything else of these spans.</summary>
    public void Write(ReadOnlySpan<int> rows, RowMap resources, RowMap scopes)
    {
        span.Write(rows, resources, scopes);
        var table = spans.Spans;
        foreach (int row in rows)
        {
            spanAttributes.Write(table.Attributes[row]);
        }
        if (events is not null || links is not null)
        {
            foreach (int row in rows)
            {
                WriteEvents(row);
                WriteLinks(row);
            }
        }
    }

    private void WriteEvents(int row)
    {
        var range = spans.Spans.Events[row];
        for (int e = range.Start; e < range.End; e++)
        {
            events!.Write(e, spans.Spans.StartTimes[row]);
            eventAttributes.Write(spans.Events.Attributes[e]);
        }
    }

    private void WriteLinks(int row)
    {
        var range = spans.Spans.Links[row];
        for (int l = range.Start; l < range.End; l++)
        {
            links!.Write(l);
            linkAttributes.Write(spans.Links.Attributes[l]);
        }
    }
}
