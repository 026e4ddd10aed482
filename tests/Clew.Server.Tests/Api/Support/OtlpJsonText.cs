using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Server.Tests.Api.Support;

/// <summary>Reads OTLP JSON back into columns, slowly and strictly by the mapping's rules; knows nothing of the writer.</summary>
internal static class OtlpJsonText
{
    public static SpanBatch Read(JsonElement root)
    {
        var batch = new SpanBatch();
        foreach (var ofResource in root.GetProperty("resourceSpans").EnumerateArray())
        {
            var r = ofResource.GetProperty("resource");
            int resource = batch.AddResource(Attributes(batch, r), Number(r, "droppedAttributesCount"), Text(batch, ofResource, "schemaUrl"));
            foreach (var ofScope in ofResource.GetProperty("scopeSpans").EnumerateArray())
            {
                var c = ofScope.GetProperty("scope");
                int scope = batch.AddScope(
                    Text(batch, c, "name"), Text(batch, c, "version"), Attributes(batch, c), Number(c, "droppedAttributesCount"),
                    Text(batch, ofScope, "schemaUrl"));
                foreach (var span in ofScope.GetProperty("spans").EnumerateArray())
                {
                    Span(batch, span, resource, scope);
                }
            }
        }
        return batch;
    }

    private static void Span(SpanBatch batch, JsonElement e, int resource, int scope)
    {
        var attributes = Attributes(batch, e);
        var events = Events(batch, e);
        var links = Links(batch, e);
        var status = e.GetProperty("status");
        var t = batch.Spans;
        int row = t.AddRow();
        t.TraceIds[row] = TraceIdOf(e.GetProperty("traceId"));
        t.SpanIds[row] = SpanIdOf(e.GetProperty("spanId"));
        t.ParentSpanIds[row] = e.TryGetProperty("parentSpanId", out var parent) ? SpanIdOf(parent) : default;
        t.TraceStates[row] = Text(batch, e, "traceState");
        t.Flags[row] = Number(e, "flags");
        t.Names[row] = Text(batch, e, "name");
        t.Kinds[row] = (SpanKind)Number(e, "kind");
        t.StartTimes[row] = Long(e, "startTimeUnixNano");
        t.EndTimes[row] = Long(e, "endTimeUnixNano");
        t.StatusCodes[row] = (StatusCode)Number(status, "code");
        t.StatusMessages[row] = Text(batch, status, "message");
        t.Attributes[row] = attributes;
        t.DroppedAttributesCounts[row] = Number(e, "droppedAttributesCount");
        t.Events[row] = events;
        t.DroppedEventsCounts[row] = Number(e, "droppedEventsCount");
        t.Links[row] = links;
        t.DroppedLinksCounts[row] = Number(e, "droppedLinksCount");
        t.Resources[row] = resource;
        t.Scopes[row] = scope;
    }

    private static RowRange Events(SpanBatch batch, JsonElement span)
    {
        int first = batch.Events.Count;
        foreach (var e in List(span, "events"))
        {
            var attributes = Attributes(batch, e);
            int row = batch.Events.AddRow();
            batch.Events.Times[row] = Long(e, "timeUnixNano");
            batch.Events.Names[row] = Text(batch, e, "name");
            batch.Events.Attributes[row] = attributes;
            batch.Events.DroppedAttributesCounts[row] = Number(e, "droppedAttributesCount");
        }
        return new RowRange(first, batch.Events.Count - first);
    }

    private static RowRange Links(SpanBatch batch, JsonElement span)
    {
        int first = batch.Links.Count;
        foreach (var e in List(span, "links"))
        {
            var attributes = Attributes(batch, e);
            int row = batch.Links.AddRow();
            batch.Links.TraceIds[row] = TraceIdOf(e.GetProperty("traceId"));
            batch.Links.SpanIds[row] = SpanIdOf(e.GetProperty("spanId"));
            batch.Links.TraceStates[row] = Text(batch, e, "traceState");
            batch.Links.Flags[row] = Number(e, "flags");
            batch.Links.Attributes[row] = attributes;
            batch.Links.DroppedAttributesCounts[row] = Number(e, "droppedAttributesCount");
        }
        return new RowRange(first, batch.Links.Count - first);
    }

    private static RowRange Attributes(SpanBatch batch, JsonElement owner)
    {
        int first = batch.Attributes.Count;
        foreach (var e in List(owner, "attributes"))
        {
            var (type, bits, bytes) = Value(e.GetProperty("value"));
            int key = batch.Strings.Intern(Encoding.UTF8.GetBytes(e.GetProperty("key").GetString()!));
            batch.Attributes.Add(key, type, AttributeTable.IsStringId(type) ? batch.Strings.Intern(bytes) : bits);
        }
        return new RowRange(first, batch.Attributes.Count - first);
    }

    private static (AttributeType Type, long Bits, byte[] Bytes) Value(JsonElement any)
    {
        var members = any.EnumerateObject().ToList();
        if (members.Count == 0)
        {
            return (AttributeType.Empty, 0, []);
        }
        var member = Assert.Single(members);
        var nested = new ArrayBufferWriter<byte>();
        switch (member.Name)
        {
            case "stringValue": return (AttributeType.String, 0, Encoding.UTF8.GetBytes(member.Value.GetString()!));
            case "boolValue": return (AttributeType.Bool, member.Value.GetBoolean() ? 1 : 0, []);
            case "intValue":
                Assert.Equal(JsonValueKind.String, member.Value.ValueKind);
                return (AttributeType.Int, long.Parse(member.Value.GetString()!, CultureInfo.InvariantCulture), []);
            case "doubleValue":
                double number = member.Value.ValueKind == JsonValueKind.Number ? member.Value.GetDouble() : member.Value.GetString() switch
                {
                    "NaN" => double.NaN,
                    "Infinity" => double.PositiveInfinity,
                    "-Infinity" => double.NegativeInfinity,
                    var other => throw new FormatException(other),
                };
                return (AttributeType.Double, BitConverter.DoubleToInt64Bits(number), []);
            case "bytesValue": return (AttributeType.Bytes, 0, member.Value.GetBytesFromBase64());
            case "arrayValue":
                foreach (var e in member.Value.GetProperty("values").EnumerateArray())
                {
                    var (type, bits, bytes) = Value(e);
                    NestedValueWriter.AddToArray(nested, type, bits, bytes);
                }
                return (AttributeType.Array, 0, nested.WrittenSpan.ToArray());
            case "kvlistValue":
                foreach (var e in member.Value.GetProperty("values").EnumerateArray())
                {
                    var (type, bits, bytes) = Value(e.GetProperty("value"));
                    NestedValueWriter.AddToMap(nested, Encoding.UTF8.GetBytes(e.GetProperty("key").GetString()!), type, bits, bytes);
                }
                return (AttributeType.Map, 0, nested.WrittenSpan.ToArray());
            default: throw new FormatException(member.Name);
        }
    }

    private static JsonElement.ArrayEnumerator List(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var list) ? list.EnumerateArray() : default;

    private static int Text(SpanBatch batch, JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var text) ? batch.Strings.Intern(Encoding.UTF8.GetBytes(text.GetString()!)) : 0;

    private static uint Number(JsonElement owner, string name) => owner.TryGetProperty(name, out var number) ? number.GetUInt32() : 0;

    private static ulong Long(JsonElement owner, string name) => ulong.Parse(owner.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private static TraceId TraceIdOf(JsonElement e)
    {
        string hex = e.GetString()!;
        Assert.Matches("^[0-9a-f]{32}$", hex);
        return TraceId.Read(Convert.FromHexString(hex));
    }

    private static SpanId SpanIdOf(JsonElement e)
    {
        string hex = e.GetString()!;
        Assert.Matches("^[0-9a-f]{16}$", hex);
        return SpanId.Read(Convert.FromHexString(hex));
    }
}
