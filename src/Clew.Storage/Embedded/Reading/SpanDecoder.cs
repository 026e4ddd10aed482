using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>Turns rows of a segment back into spans of a batch. One thread at a time.</summary>
internal sealed class SpanDecoder(SegmentReader reader, SpanBatch batch)
{
    private readonly RowGroup group = RowGroup.OfSpans(reader);
    private readonly SharedRowsReader shared = new(reader, batch);
    private readonly AttributeReader spanAttributes = new(reader, OwnerKind.Span);
    private readonly AttributeReader eventAttributes = new(reader, OwnerKind.Event);
    private readonly AttributeReader linkAttributes = new(reader, OwnerKind.Link);

    /// <summary>Adds the spans of one trace, which are these rows.</summary>
    public void Decode(TraceId traceId, RowRange rows)
    {
        int firstSpan = batch.Spans.Count;
        int size = reader.Directory.GroupRows;
        for (int row = rows.Start; row < rows.End;)
        {
            group.MoveTo(row / size);
            int end = Math.Min(rows.End, group.FirstRow + group.Rows);
            DecodeGroup(traceId, row - group.FirstRow, end - group.FirstRow, firstSpan);
            row = end;
        }
    }

    private void DecodeGroup(TraceId traceId, int from, int to, int firstSpan)
    {
        int rawParent = 0;
        int eventRow = 0;
        int linkRow = 0;
        for (int i = 0; i < from; i++)
        {
            rawParent += group.Values(ColumnRole.Parent)[i] == 1 ? 1 : 0;
            eventRow += (int)group.Values(ColumnRole.EventCount)[i];
            linkRow += (int)group.Values(ColumnRole.LinkCount)[i];
        }
        spanAttributes.Begin();
        eventAttributes.Begin();
        linkAttributes.Begin();
        spanAttributes.SkipTo(group, from);
        eventAttributes.SkipTo(group, eventRow);
        linkAttributes.SkipTo(group, linkRow);
        for (int i = from; i < to; i++)
        {
            ulong start = (ulong)Value(ColumnRole.Start, i);
            var attributes = spanAttributes.Read(group, batch);
            var events = Events(ref eventRow, (int)Value(ColumnRole.EventCount, i), start);
            var links = Links(ref linkRow, (int)Value(ColumnRole.LinkCount, i));
            int resource = shared.Resource(Value(ColumnRole.Resource, i));
            int scope = shared.Scope(Value(ColumnRole.Scope, i));
            var t = batch.Spans;
            int row = t.AddRow();
            t.TraceIds[row] = traceId;
            t.SpanIds[row] = new SpanId((ulong)Value(ColumnRole.SpanId, i));
            t.ParentSpanIds[row] = Parent(Value(ColumnRole.Parent, i), row, firstSpan, ref rawParent);
            t.TraceStates[row] = Text(ColumnRole.TraceState, OwnerKind.Span, i);
            t.Flags[row] = (uint)Value(ColumnRole.Flags, i);
            t.Names[row] = Text(ColumnRole.Name, OwnerKind.Span, i);
            t.Kinds[row] = (SpanKind)Value(ColumnRole.Kind, i);
            t.StartTimes[row] = start;
            t.EndTimes[row] = start + (ulong)Value(ColumnRole.Duration, i);
            t.StatusCodes[row] = (StatusCode)Value(ColumnRole.StatusCode, i);
            t.StatusMessages[row] = Text(ColumnRole.StatusMessage, OwnerKind.Span, i);
            t.Attributes[row] = attributes;
            t.DroppedAttributesCounts[row] = (uint)Value(ColumnRole.DroppedAttributes, i);
            t.Events[row] = events;
            t.DroppedEventsCounts[row] = (uint)Value(ColumnRole.DroppedEvents, i);
            t.Links[row] = links;
            t.DroppedLinksCounts[row] = (uint)Value(ColumnRole.DroppedLinks, i);
            t.Resources[row] = resource;
            t.Scopes[row] = scope;
        }
    }

    private SpanId Parent(long code, int row, int firstSpan, ref int rawParent)
    {
        switch (code)
        {
            case 0:
                return default;
            case 1:
                return new SpanId((ulong)Value(ColumnRole.ParentRaw, rawParent++));
            default:
                long parent = row - (code - 1);
                return parent >= firstSpan
                    ? batch.Spans.SpanIds[parent]
                    : throw new SegmentDamagedException("A parent lies before its trace.", group.Index);
        }
    }

    private RowRange Events(ref int row, int count, ulong start)
    {
        var table = batch.Events;
        int first = table.Count;
        for (int i = 0; i < count; i++, row++)
        {
            var attributes = eventAttributes.Read(group, batch);
            int to = table.AddRow();
            table.Times[to] = start + (ulong)Value(ColumnRole.EventTime, row, OwnerKind.Event);
            table.Names[to] = Text(ColumnRole.EventName, OwnerKind.Event, row);
            table.Attributes[to] = attributes;
            table.DroppedAttributesCounts[to] = (uint)Value(ColumnRole.DroppedAttributes, row, OwnerKind.Event);
        }
        return new RowRange(first, count);
    }

    private RowRange Links(ref int row, int count)
    {
        var table = batch.Links;
        int first = table.Count;
        for (int i = 0; i < count; i++, row++)
        {
            var attributes = linkAttributes.Read(group, batch);
            int to = table.AddRow();
            table.TraceIds[to] = new TraceId(
                (ulong)Value(ColumnRole.LinkTraceHigh, row, OwnerKind.Link), (ulong)Value(ColumnRole.LinkTraceLow, row, OwnerKind.Link));
            table.SpanIds[to] = new SpanId((ulong)Value(ColumnRole.LinkSpanId, row, OwnerKind.Link));
            table.TraceStates[to] = Text(ColumnRole.LinkTraceState, OwnerKind.Link, row);
            table.Flags[to] = (uint)Value(ColumnRole.LinkFlags, row, OwnerKind.Link);
            table.Attributes[to] = attributes;
            table.DroppedAttributesCounts[to] = (uint)Value(ColumnRole.DroppedAttributes, row, OwnerKind.Link);
        }
        return new RowRange(first, count);
    }

    private long Value(ColumnRole role, int row, OwnerKind owner = OwnerKind.Span) => group.Values(role, owner)[row];

    private int Text(ColumnRole role, OwnerKind owner, int row)
    {
        var column = reader.Directory.Get(role, owner);
        return batch.Strings.Intern(reader.Text(column.Dictionary, group.Values(column)[row]));
    }
}
