using System.Text.Json;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Otlp.Json;

internal ref partial struct JsonTraceWalk
{
    private void ReadSpan(ref Utf8JsonReader json)
    {
        json.Expect(JsonTokenType.StartObject);
        int firstAttribute = batch.Attributes.Count;
        int firstEvent = batch.Events.Count;
        int firstLink = batch.Links.Count;
        var span = new SpanState { Rows = new AttributeRows(firstAttribute) };
        while (json.NextField(out var field))
        {
            switch (field)
            {
                case JsonField.TraceId:
                    span.TraceId = JsonIds.TraceId(json);
                    break;
                case JsonField.SpanId:
                    span.SpanId = JsonIds.SpanId(json, out _);
                    break;
                case JsonField.TraceState:
                    span.TraceState = Text(json, ref span.TooLong);
                    break;
                case JsonField.ParentSpanId:
                    span.ParentSpanId = JsonIds.SpanId(json, out bool isEmptyText);
                    span.InvalidParent = span.ParentSpanId.IsEmpty && !isEmptyText && !json.ValueTextEquals("0000000000000000"u8);
                    break;
                case JsonField.Name:
                    span.Name = Text(json, ref span.TooLong);
                    break;
                case JsonField.Kind:
                    span.Kind = JsonEnums.Kind(json);
                    break;
                case JsonField.StartTimeUnixNano:
                    span.StartTime = JsonText.UInt64(json);
                    break;
                case JsonField.EndTimeUnixNano:
                    span.EndTime = JsonText.UInt64(json);
                    break;
                case JsonField.Attributes:
                    ReadAttributes(ref json, ref span.Rows);
                    break;
                case JsonField.DroppedAttributesCount:
                    span.Rows.Dropped = JsonText.UInt32(json);
                    break;
                case JsonField.Events:
                    batch.Events.Truncate(firstEvent);
                    span.EventsLeftOut = ReadEvents(ref json);
                    break;
                case JsonField.DroppedEventsCount:
                    span.DroppedEvents = JsonText.UInt32(json);
                    break;
                case JsonField.Links:
                    batch.Links.Truncate(firstLink);
                    span.LinksLeftOut = ReadLinks(ref json);
                    break;
                case JsonField.DroppedLinksCount:
                    span.DroppedLinks = JsonText.UInt32(json);
                    break;
                case JsonField.Status:
                    ReadStatus(ref json, ref span);
                    break;
                case JsonField.Flags:
                    span.Flags = JsonText.UInt32(json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
        string? reason = span.TraceId.IsEmpty ? OtlpErrors.InvalidTraceId
            : span.SpanId.IsEmpty ? OtlpErrors.InvalidSpanId
            : span.TooLong ? OtlpErrors.TextTooLong
            : null;
        if (reason is not null)
        {
            Outcome.Reject(reason);
            batch.Attributes.Truncate(firstAttribute);
            batch.Events.Truncate(firstEvent);
            batch.Links.Truncate(firstLink);
            Meter(1);
            return;
        }
        if (span.InvalidParent)
        {
            Outcome.Warn(OtlpErrors.InvalidParent);
        }

        var t = batch.Spans;
        int row = t.AddRow();
        t.TraceIds[row] = span.TraceId;
        t.SpanIds[row] = span.SpanId;
        t.ParentSpanIds[row] = span.ParentSpanId;
        t.TraceStates[row] = span.TraceState;
        t.Flags[row] = span.Flags;
        t.Names[row] = span.Name;
        t.Kinds[row] = span.Kind;
        t.StartTimes[row] = span.StartTime;
        t.EndTimes[row] = span.EndTime;
        t.StatusCodes[row] = span.StatusCode;
        t.StatusMessages[row] = span.StatusMessage;
        t.Attributes[row] = span.Rows.Range;
        t.DroppedAttributesCounts[row] = span.Rows.TotalDropped;
        t.Events[row] = new RowRange(firstEvent, batch.Events.Count - firstEvent);
        t.DroppedEventsCounts[row] = Saturating.Add(span.DroppedEvents, span.EventsLeftOut);
        t.Links[row] = new RowRange(firstLink, batch.Links.Count - firstLink);
        t.DroppedLinksCounts[row] = Saturating.Add(span.DroppedLinks, span.LinksLeftOut);
        t.Resources[row] = batch.Resources.Count;
        t.Scopes[row] = batch.Scopes.Count;
        Meter(1 + span.Rows.Count);
    }

    private readonly void ReadStatus(ref Utf8JsonReader json, ref SpanState span)
    {
        json.Expect(JsonTokenType.StartObject);
        span.StatusCode = StatusCode.Unset;
        span.StatusMessage = 0;
        while (json.NextField(out var field))
        {
            switch (field)
            {
                case JsonField.Message:
                    span.StatusMessage = Text(json, ref span.TooLong);
                    break;
                case JsonField.Code:
                    span.StatusCode = JsonEnums.Status(json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
    }

    private struct SpanState
    {
        public TraceId TraceId;
        public SpanId SpanId;
        public SpanId ParentSpanId;
        public bool InvalidParent;
        public bool TooLong;
        public int TraceState;
        public int Name;
        public SpanKind Kind;
        public ulong StartTime;
        public ulong EndTime;
        public StatusCode StatusCode;
        public int StatusMessage;
        public uint Flags;
        public uint DroppedEvents;
        public uint EventsLeftOut;
        public uint DroppedLinks;
        public uint LinksLeftOut;
        public AttributeRows Rows;
    }
}
