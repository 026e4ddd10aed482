using System.Text.Json;
using Clew.Core.Columns;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.OtlpJson;

/// <summary>
/// Writes spans as OTLP JSON, every field that was received: ids in hex, enums as numbers, 64-bit numbers as decimal strings,
/// bytes in base64, NaN and the infinities as strings. Fields that hold their default are left out, as OTLP writers do.
/// </summary>
internal static class OtlpJsonWriter
{
    /// <summary>Writes <c>{"resourceSpans":[…]}</c>: spans by resource and scope, in the order given; flushes as it goes.</summary>
    public static async Task WriteTraceAsync(HttpContext context, SpanBatch batch, IReadOnlyList<int> rows)
    {
        context.Response.ContentType = "application/json";
        // Not disposed on failure: that would hand on half an answer.
        var json = new Utf8JsonWriter(context.Response.BodyWriter, JsonText.Options);
        json.WriteStartObject();
        json.WriteStartArray("resourceSpans"u8);
        foreach (var ofResource in rows.GroupBy(r => batch.Spans.Resources[r]))
        {
            json.WriteStartObject();
            WriteResource(json, batch, ofResource.Key);
            json.WriteStartArray("scopeSpans"u8);
            foreach (var ofScope in ofResource.GroupBy(r => batch.Spans.Scopes[r]))
            {
                json.WriteStartObject();
                WriteScope(json, batch, ofScope.Key);
                json.WriteStartArray("spans"u8);
                foreach (int row in ofScope)
                {
                    WriteSpan(json, batch, row);
                    await json.FlushIfLongAsync(context);
                }
                json.WriteEndArray();
                SchemaUrl(json, batch, batch.Scopes.SchemaUrls[ofScope.Key]);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            SchemaUrl(json, batch, batch.Resources.SchemaUrls[ofResource.Key]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        await json.DisposeAsync();
    }

    private static void WriteResource(Utf8JsonWriter json, SpanBatch batch, int resource)
    {
        json.WriteStartObject("resource"u8);
        WriteAttributes(json, batch, batch.Resources.Attributes[resource]);
        Count(json, "droppedAttributesCount"u8, batch.Resources.DroppedAttributesCounts[resource]);
        json.WriteEndObject();
    }

    private static void WriteScope(Utf8JsonWriter json, SpanBatch batch, int scope)
    {
        json.WriteStartObject("scope"u8);
        Text(json, "name"u8, batch, batch.Scopes.Names[scope]);
        Text(json, "version"u8, batch, batch.Scopes.Versions[scope]);
        WriteAttributes(json, batch, batch.Scopes.Attributes[scope]);
        Count(json, "droppedAttributesCount"u8, batch.Scopes.DroppedAttributesCounts[scope]);
        json.WriteEndObject();
    }

    private static void WriteSpan(Utf8JsonWriter json, SpanBatch batch, int row)
    {
        var spans = batch.Spans;
        json.WriteStartObject();
        json.WriteString("traceId"u8, spans.TraceIds[row].ToString());
        json.WriteString("spanId"u8, spans.SpanIds[row].ToString());
        Text(json, "traceState"u8, batch, spans.TraceStates[row]);
        if (!spans.ParentSpanIds[row].IsEmpty)
        {
            json.WriteString("parentSpanId"u8, spans.ParentSpanIds[row].ToString());
        }
        Count(json, "flags"u8, spans.Flags[row]);
        Text(json, "name"u8, batch, spans.Names[row]);
        Count(json, "kind"u8, (uint)spans.Kinds[row]);
        json.Decimal("startTimeUnixNano"u8, spans.StartTimes[row]);
        json.Decimal("endTimeUnixNano"u8, spans.EndTimes[row]);
        WriteAttributes(json, batch, spans.Attributes[row]);
        Count(json, "droppedAttributesCount"u8, spans.DroppedAttributesCounts[row]);
        WriteEvents(json, batch, spans.Events[row]);
        Count(json, "droppedEventsCount"u8, spans.DroppedEventsCounts[row]);
        WriteLinks(json, batch, spans.Links[row]);
        Count(json, "droppedLinksCount"u8, spans.DroppedLinksCounts[row]);
        json.WriteStartObject("status"u8);
        Text(json, "message"u8, batch, spans.StatusMessages[row]);
        Count(json, "code"u8, (uint)spans.StatusCodes[row]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteEvents(Utf8JsonWriter json, SpanBatch batch, RowRange rows)
    {
        if (rows.Count == 0)
        {
            return;
        }
        json.WriteStartArray("events"u8);
        for (int i = rows.Start; i < rows.End; i++)
        {
            json.WriteStartObject();
            json.Decimal("timeUnixNano"u8, batch.Events.Times[i]);
            Text(json, "name"u8, batch, batch.Events.Names[i]);
            WriteAttributes(json, batch, batch.Events.Attributes[i]);
            Count(json, "droppedAttributesCount"u8, batch.Events.DroppedAttributesCounts[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteLinks(Utf8JsonWriter json, SpanBatch batch, RowRange rows)
    {
        if (rows.Count == 0)
        {
            return;
        }
        json.WriteStartArray("links"u8);
        for (int i = rows.Start; i < rows.End; i++)
        {
            json.WriteStartObject();
            json.WriteString("traceId"u8, batch.Links.TraceIds[i].ToString());
            json.WriteString("spanId"u8, batch.Links.SpanIds[i].ToString());
            Text(json, "traceState"u8, batch, batch.Links.TraceStates[i]);
            WriteAttributes(json, batch, batch.Links.Attributes[i]);
            Count(json, "droppedAttributesCount"u8, batch.Links.DroppedAttributesCounts[i]);
            Count(json, "flags"u8, batch.Links.Flags[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteAttributes(Utf8JsonWriter json, SpanBatch batch, RowRange rows)
    {
        if (rows.Count == 0)
        {
            return;
        }
        json.WriteStartArray("attributes"u8);
        for (int i = rows.Start; i < rows.End; i++)
        {
            var type = batch.Attributes.Types[i];
            long value = batch.Attributes.Values[i];
            json.WriteStartObject();
            json.Utf8("key"u8, batch.Strings[batch.Attributes.Keys[i]]);
            json.WritePropertyName("value"u8);
            OtlpJsonValue.Write(json, type, value, AttributeTable.IsStringId(type) ? batch.Strings[(int)value] : default);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, SpanBatch batch, int id)
    {
        if (id != 0)
        {
            json.Utf8(name, batch.Strings[id]);
        }
    }

    private static void Count(Utf8JsonWriter json, ReadOnlySpan<byte> name, uint value)
    {
        if (value != 0)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void SchemaUrl(Utf8JsonWriter json, SpanBatch batch, int id) => Text(json, "schemaUrl"u8, batch, id);
}
