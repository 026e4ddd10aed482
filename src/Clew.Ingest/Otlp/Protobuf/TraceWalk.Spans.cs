using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Otlp.Protobuf;

internal ref partial struct TraceWalk
{
    /// <summary>Of a span: an attribute.</summary>
    private const byte AttributeTag = (9 << 3) | 2;

    private string? ReadSpan(int start, int end, int resource, int scope)
    {
        var span = new SpanState
        {
            Rows = new AttributeRows(batch.Attributes.Count),
            FirstEvent = batch.Events.Count,
            FirstLink = batch.Links.Count,
            Children = -1,
        };
        if (ReadSpanFields(start, end, ref span) is { } error // 1
            || (span.Children >= 0 && (error = ReadSpanChildren(span.Children, end, ref span)) is not null))
        {
            return error;
        }
        var traceId = span.TraceId.Count == TraceId.Size ? TraceId.Read(data.Slice(span.TraceId.Start, TraceId.Size)) : default;
        var spanId = span.SpanId.Count == SpanId.Size ? SpanId.Read(data.Slice(span.SpanId.Start, SpanId.Size)) : default;
        string? reason = traceId.IsEmpty ? OtlpErrors.InvalidTraceId
            : spanId.IsEmpty ? OtlpErrors.InvalidSpanId
            : span.TextTooLong ? OtlpErrors.TextTooLong
            : groupReason;
        if (reason is not null)
        {
            Outcome.Reject(reason); // 3
            batch.Attributes.Truncate(span.Rows.Start);
            batch.Events.Truncate(span.FirstEvent);
            batch.Links.Truncate(span.FirstLink);
            return meter.TryAdd(1) ? null : OtlpErrors.TooManyRows;
        }
        SpanId parent = default;
        if (span.ParentSpanId.Count == SpanId.Size)
        {
            parent = SpanId.Read(data.Slice(span.ParentSpanId.Start, SpanId.Size));
        }
        else if (span.ParentSpanId.Count != 0)
        {
            Outcome.Warn(OtlpErrors.InvalidParent);
        }

        var t = batch.Spans;
        int row = t.AddRow();
        t.TraceIds[row] = traceId;
        t.SpanIds[row] = spanId;
        t.ParentSpanIds[row] = parent;
        t.TraceStates[row] = span.TraceState;
        t.Flags[row] = span.Flags;
        t.Names[row] = span.Name;
        t.Kinds[row] = span.Kind is >= 0 and <= (int)SpanKind.Consumer ? (SpanKind)span.Kind : SpanKind.Unspecified;
        t.StartTimes[row] = span.StartTime;
        t.EndTimes[row] = span.EndTime;
        t.StatusCodes[row] = span.StatusCode is >= 0 and <= (int)StatusCode.Error ? (StatusCode)span.StatusCode : StatusCode.Unset;
        t.StatusMessages[row] = span.StatusMessage;
        t.Attributes[row] = span.Rows.Range;
        t.DroppedAttributesCounts[row] = span.Rows.TotalDropped;
        t.Events[row] = new RowRange(span.FirstEvent, batch.Events.Count - span.FirstEvent);
        t.DroppedEventsCounts[row] = Saturating.Add(span.DroppedEvents, span.EventsLeftOut);
        t.Links[row] = new RowRange(span.FirstLink, batch.Links.Count - span.FirstLink);
        t.DroppedLinksCounts[row] = Saturating.Add(span.DroppedLinks, span.LinksLeftOut);
        t.Resources[row] = resource;
        t.Scopes[row] = scope;
        return meter.TryAdd(1 + span.Rows.Count) ? null : OtlpErrors.TooManyRows;
    }

    private string? ReadSpanFields(int start, int end, ref SpanState span)
    {
        var data = this.data;
        if (!TryReadUsual(start, end, ref span, out int p))
        {
            return OtlpErrors.InvalidUtf8;
        }
        while (p < end)
        {
            if (data[p] == AttributeTag)
            {
                int read = ReadExpected(p, end, ref span.Rows, out string? attributeError);
                if (attributeError is not null)
                {
                    return attributeError;
                }
                if (read != p)
                {
                    p = read;
                    continue;
                }
            }
            int position = p;
            if (!WireField.TryReadCommon(data, ref p, end, out var field))
            {
                if (end - p >= 6 && data[p] == 0x85 && data[p + 1] == 0x01) // flags: the only common field with a tag of two bytes
                {
                    span.Flags = BinaryPrimitives.ReadUInt32LittleEndian(data.Slice(p + 2, sizeof(uint)));
                    p += 6;
                    continue;
                }
                field = WireField.ReadOther(data, position, end, out int next);
                if (next < 0)
                {
                    return OtlpErrors.MalformedProtobuf;
                }
                p = next;
            }
            switch (field.Tag)
            {
                case (1 << 3) | 2:
                    span.TraceId = new RowRange(field.Start, field.Length);
                    break;
                case (2 << 3) | 2:
                    span.SpanId = new RowRange(field.Start, field.Length);
                    break;
                case (3 << 3) | 2:
                    if (!TrySpanText(field.Start, field.Length, ref span.TraceState, ref span.TextTooLong))
                    {
                        return OtlpErrors.InvalidUtf8;
                    }
                    break;
                case (4 << 3) | 2:
                    span.ParentSpanId = new RowRange(field.Start, field.Length);
                    break;
                case (5 << 3) | 2:
                    if (!TrySpanText(field.Start, field.Length, ref span.Name, ref span.TextTooLong))
                    {
                        return OtlpErrors.InvalidUtf8;
                    }
                    break;
                case 6 << 3:
                    span.Kind = (int)field.Value;
                    break;
                case (7 << 3) | 1:
                    span.StartTime = field.Value;
                    break;
                case (8 << 3) | 1:
                    span.EndTime = field.Value;
                    break;
                case (9 << 3) | 2:
                    if (ReadAttribute(field.Start, field.Start + field.Length, ref span.Rows) is { } error)
                    {
                        return error;
                    }
                    break;
                case 10 << 3:
                    span.Rows.Dropped = (uint)field.Value;
                    break;
                case (11 << 3) | 2 or (13 << 3) | 2:
                    span.Children = span.Children < 0 ? position : span.Children;
                    break;
                case 12 << 3:
                    span.DroppedEvents = (uint)field.Value;
                    break;
                case 14 << 3:
                    span.DroppedLinks = (uint)field.Value;
                    break;
                case (15 << 3) | 2:
                    if (ReadStatus(field.Start, field.Start + field.Length, ref span) is { } statusError)
                    {
                        return statusError;
                    }
                    break;
                case (16 << 3) | 5:
                    span.Flags = (uint)field.Value;
                    break;
            }
        }
        return null;
    }

    /// <summary>
    /// Reads what nearly every span begins with, as far as it stands in the usual order: ids, name, kind, times. <paramref name="p"/> is
    /// where the rest begins; a field that comes once more counts there. False where the name is not UTF-8.
    /// </summary>
    private readonly bool TryReadUsual(int start, int end, ref SpanState span, out int p)
    {
        const ushort TraceIdHead = (1 << 3) | 2 | (TraceId.Size << 8);
        const ushort SpanIdHead = (2 << 3) | 2 | (SpanId.Size << 8);
        const ushort ParentHead = (4 << 3) | 2 | (SpanId.Size << 8);
        const int IdBytes = 2 + TraceId.Size + 2 + SpanId.Size;
        const int TimeBytes = 1 + sizeof(ulong);
        const int MostBytes = IdBytes + 2 + SpanId.Size + 2 + 0x7F + 2 + (2 * TimeBytes);
        p = start;
        if (!BitConverter.IsLittleEndian || end - start < MostBytes)
        {
            return true;
        }
        ref byte from = ref MemoryMarshal.GetReference(data.Slice(start, MostBytes));
        if (Head(ref from, 0) != TraceIdHead || Head(ref from, 2 + TraceId.Size) != SpanIdHead)
        {
            return true;
        }
        span.TraceId = new RowRange(start + 2, TraceId.Size);
        span.SpanId = new RowRange(start + 2 + TraceId.Size + 2, SpanId.Size);
        int at = IdBytes;
        if (Head(ref from, at) == ParentHead)
        {
            span.ParentSpanId = new RowRange(start + at + 2, SpanId.Size);
            at += 2 + SpanId.Size;
        }
        ushort head = Head(ref from, at);
        if ((head & 0x80FF) == ((5 << 3) | 2))
        {
            if (!TrySpanText(start + at + 2, head >> 8, ref span.Name, ref span.TextTooLong))
            {
                return false;
            }
            at += 2 + (head >> 8);
            head = Head(ref from, at);
        }
        if ((head & 0x80FF) == 6 << 3)
        {
            span.Kind = head >> 8;
            at += 2;
        }
        if (Unsafe.Add(ref from, at) == ((7 << 3) | 1) && Unsafe.Add(ref from, at + TimeBytes) == ((8 << 3) | 1))
        {
            span.StartTime = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, at + 1));
            span.EndTime = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, at + TimeBytes + 1));
            at += 2 * TimeBytes;
        }
        p = start + at;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort Head(ref byte from, int at) => Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref from, at));

    private string? ReadStatus(int start, int end, ref SpanState span)
    {
        var cursor = new WireCursor(data, start, end);
        while (cursor.Next())
        {
            if (cursor.Tag == ((2 << 3) | 2)
                && !TrySpanText(cursor.Start, cursor.Length, ref span.StatusMessage, ref span.TextTooLong))
            {
                return OtlpErrors.InvalidUtf8;
            }
            if (cursor.Tag == 3 << 3)
            {
                span.StatusCode = (int)cursor.Value;
            }
        }
        return cursor.Failed ? OtlpErrors.MalformedProtobuf : null;
    }

    private readonly bool TrySpanText(int start, int length, ref int id, ref bool tooLong)
    {
        tooLong |= length > options.MaxValueBytes;
        return text.TryText(start, length, out id);
    }

    private struct SpanState
    {
        public RowRange TraceId;
        public RowRange SpanId;
        public RowRange ParentSpanId;
        public int TraceState;
        public int Name;
        public int Kind;
        public ulong StartTime;
        public ulong EndTime;
        public int StatusCode;
        public int StatusMessage;
        public uint Flags;
        public uint DroppedEvents;
        public uint EventsLeftOut;
        public uint DroppedLinks;
        public uint LinksLeftOut;
        public bool TextTooLong;
        public int FirstEvent;
        public int FirstLink;

        /// <summary>Where the first event or link stands, or −1.</summary>
        public int Children;
        public AttributeRows Rows;
    }
}
