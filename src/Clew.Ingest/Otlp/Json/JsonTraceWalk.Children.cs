using System.Text.Json;
using Clew.Core.Model;

namespace Clew.Ingest.Otlp.Json;

internal ref partial struct JsonTraceWalk
{
    /// <summary>Reads the events of a span. Returns how many were left out.</summary>
    private uint ReadEvents(ref Utf8JsonReader json)
    {
        json.Expect(JsonTokenType.StartArray);
        int first = batch.Events.Count;
        uint leftOut = 0;
        while (json.NextElement())
        {
            json.Expect(JsonTokenType.StartObject);
            var rows = new AttributeRows(batch.Attributes.Count);
            ulong time = 0;
            int name = 0;
            int firstAttribute = rows.Start;
            bool leaveOut = batch.Events.Count - first >= options.MaxEvents;
            while (json.NextField(out var field))
            {
                switch (field)
                {
                    case JsonField.TimeUnixNano:
                        time = JsonText.UInt64(json);
                        break;
                    case JsonField.Name:
                        name = Text(json, ref leaveOut);
                        break;
                    case JsonField.Attributes:
                        ReadAttributes(ref json, ref rows);
                        break;
                    case JsonField.DroppedAttributesCount:
                        rows.Dropped = JsonText.UInt32(json);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }
            if (leaveOut)
            {
                leftOut++;
                batch.Attributes.Truncate(firstAttribute);
                Meter(1);
                continue;
            }
            var t = batch.Events;
            int row = t.AddRow();
            t.Times[row] = time;
            t.Names[row] = name;
            t.Attributes[row] = rows.Range;
            t.DroppedAttributesCounts[row] = rows.TotalDropped;
            Meter(1 + rows.Count);
        }
        return leftOut;
    }

    /// <summary>Reads the links of a span. Returns how many were left out.</summary>
    private uint ReadLinks(ref Utf8JsonReader json)
    {
        json.Expect(JsonTokenType.StartArray);
        int first = batch.Links.Count;
        uint leftOut = 0;
        while (json.NextElement())
        {
            json.Expect(JsonTokenType.StartObject);
            var rows = new AttributeRows(batch.Attributes.Count);
            int firstAttribute = rows.Start;
            TraceId traceId = default;
            SpanId spanId = default;
            int traceState = 0;
            uint flags = 0;
            bool leaveOut = batch.Links.Count - first >= options.MaxLinks;
            while (json.NextField(out var field))
            {
                switch (field)
                {
                    case JsonField.TraceId:
                        traceId = JsonIds.TraceId(json);
                        break;
                    case JsonField.SpanId:
                        spanId = JsonIds.SpanId(json, out _);
                        break;
                    case JsonField.TraceState:
                        traceState = Text(json, ref leaveOut);
                        break;
                    case JsonField.Attributes:
                        ReadAttributes(ref json, ref rows);
                        break;
                    case JsonField.DroppedAttributesCount:
                        rows.Dropped = JsonText.UInt32(json);
                        break;
                    case JsonField.Flags:
                        flags = JsonText.UInt32(json);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }
            if (leaveOut || traceId.IsEmpty || spanId.IsEmpty)
            {
                leftOut++;
                batch.Attributes.Truncate(firstAttribute);
                Meter(1);
                continue;
            }
            var t = batch.Links;
            int row = t.AddRow();
            t.TraceIds[row] = traceId;
            t.SpanIds[row] = spanId;
            t.TraceStates[row] = traceState;
            t.Flags[row] = flags;
            t.Attributes[row] = rows.Range;
            t.DroppedAttributesCounts[row] = rows.TotalDropped;
            Meter(1 + rows.Count);
        }
        return leftOut;
    }
}
