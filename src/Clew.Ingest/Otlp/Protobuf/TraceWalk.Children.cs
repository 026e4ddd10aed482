using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Otlp.Protobuf;

internal ref partial struct TraceWalk
{
    private string? ReadSpanChildren(int start, int end, ref SpanState span)
    {
        var cursor = new WireCursor(data, start, end);
        while (cursor.Next())
        {
            string? error = cursor.Tag switch
            {
                (11 << 3) | 2 => ReadEvent(cursor.Start, cursor.Start + cursor.Length, ref span),
                (13 << 3) | 2 => ReadLink(cursor.Start, cursor.Start + cursor.Length, ref span),
                _ => null,
            };
            if (error is not null)
            {
                return error;
            }
        }
        return null;
    }

    private string? ReadEvent(int start, int end, ref SpanState span)
    {
        var rows = new AttributeRows(batch.Attributes.Count);
        ulong time = 0;
        int name = 0;
        bool leaveOut = batch.Events.Count - span.FirstEvent >= options.MaxEvents;
        var cursor = new WireCursor(data, start, end);
        while (cursor.Next())
        {
            switch (cursor.Tag)
            {
                case (1 << 3) | 1:
                    time = cursor.Value;
                    break;
                case (2 << 3) | 2:
                    if (!TrySpanText(cursor.Start, cursor.Length, ref name, ref leaveOut))
                    {
                        return OtlpErrors.InvalidUtf8;
                    }
                    break;
                case (3 << 3) | 2:
                    if (ReadAttribute(cursor.Start, cursor.Start + cursor.Length, ref rows) is { } error)
                    {
                        return error;
                    }
                    break;
                case 4 << 3:
                    rows.Dropped = (uint)cursor.Value;
                    break;
            }
        }
        if (cursor.Failed)
        {
            return OtlpErrors.MalformedProtobuf;
        }
        if (leaveOut)
        {
            span.EventsLeftOut++;
            batch.Attributes.Truncate(rows.Start);
            return meter.TryAdd(1) ? null : OtlpErrors.TooManyRows;
        }
        var t = batch.Events;
        int row = t.AddRow();
        t.Times[row] = time;
        t.Names[row] = name;
        t.Attributes[row] = rows.Range;
        t.DroppedAttributesCounts[row] = rows.TotalDropped;
        return meter.TryAdd(1 + rows.Count) ? null : OtlpErrors.TooManyRows;
    }

    private string? ReadLink(int start, int end, ref SpanState span)
    {
        var rows = new AttributeRows(batch.Attributes.Count);
        RowRange traceIdBytes = default;
        RowRange spanIdBytes = default;
        int traceState = 0;
        uint flags = 0;
        bool leaveOut = batch.Links.Count - span.FirstLink >= options.MaxLinks;
        var cursor = new WireCursor(data, start, end);
        while (cursor.Next())
        {
            switch (cursor.Tag)
            {
                case (1 << 3) | 2:
                    traceIdBytes = new RowRange(cursor.Start, cursor.Length);
                    break;
                case (2 << 3) | 2:
                    spanIdBytes = new RowRange(cursor.Start, cursor.Length);
                    break;
                case (3 << 3) | 2:
                    if (!TrySpanText(cursor.Start, cursor.Length, ref traceState, ref leaveOut))
                    {
                        return OtlpErrors.InvalidUtf8;
                    }
                    break;
                case (4 << 3) | 2:
                    if (ReadAttribute(cursor.Start, cursor.Start + cursor.Length, ref rows) is { } error)
                    {
                        return error;
                    }
                    break;
                case 5 << 3:
                    rows.Dropped = (uint)cursor.Value;
                    break;
                case (6 << 3) | 5:
                    flags = (uint)cursor.Value;
                    break;
            }
        }
        if (cursor.Failed)
        {
            return OtlpErrors.MalformedProtobuf;
        }
        var traceId = traceIdBytes.Count == TraceId.Size ? TraceId.Read(data.Slice(traceIdBytes.Start, TraceId.Size)) : default;
        var spanId = spanIdBytes.Count == SpanId.Size ? SpanId.Read(data.Slice(spanIdBytes.Start, SpanId.Size)) : default;
        if (leaveOut || traceId.IsEmpty || spanId.IsEmpty)
        {
            span.LinksLeftOut++;
            batch.Attributes.Truncate(rows.Start);
            return meter.TryAdd(1) ? null : OtlpErrors.TooManyRows;
        }
        var t = batch.Links;
        int row = t.AddRow();
        t.TraceIds[row] = traceId;
        t.SpanIds[row] = spanId;
        t.TraceStates[row] = traceState;
        t.Flags[row] = flags;
        t.Attributes[row] = rows.Range;
        t.DroppedAttributesCounts[row] = rows.TotalDropped;
        return meter.TryAdd(1 + rows.Count) ? null : OtlpErrors.TooManyRows;
    }
}
