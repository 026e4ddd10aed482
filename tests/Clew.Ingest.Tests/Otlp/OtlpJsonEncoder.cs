using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>
/// Encodes a batch as OTLP JSON, every field written. With a seed: fields in random order, names in either spelling, numbers as strings or
/// not, ids in either case, unknown fields in between.
/// </summary>
internal sealed class OtlpJsonEncoder(SpanBatch b, int? seed = null)
{
    private readonly Random? random = seed is { } s ? new Random(s) : null;

    public byte[] Encode()
    {
        var all = new JsonArray();
        for (int i = 0; i < b.Count;)
        {
            int resource = b.Spans.Resources[i];
            int scope = b.Spans.Scopes[i];
            var spans = new JsonArray();
            for (; i < b.Count && b.Spans.Resources[i] == resource && b.Spans.Scopes[i] == scope; i++)
            {
                spans.Add(Span(i));
            }
            all.Add(Object(
                ("resource", Object(("attributes", Attributes(b.Resources.Attributes[resource])), ("droppedAttributesCount", b.Resources.DroppedAttributesCounts[resource]))),
                ("scopeSpans", new JsonArray(Object(
                    ("scope", Object(
                        ("name", b.Text(b.Scopes.Names[scope])), ("version", b.Text(b.Scopes.Versions[scope])),
                        ("attributes", Attributes(b.Scopes.Attributes[scope])), ("droppedAttributesCount", b.Scopes.DroppedAttributesCounts[scope]))),
                    ("spans", spans),
                    ("schemaUrl", b.Text(b.Scopes.SchemaUrls[scope]))))),
                ("schemaUrl", b.Text(b.Resources.SchemaUrls[resource]))));
        }
        return Encoding.UTF8.GetBytes(Object(("resourceSpans", all)).ToJsonString());
    }

    private JsonObject Span(int i)
    {
        var s = b.Spans;
        var events = new JsonArray();
        for (int e = s.Events[i].Start; e < s.Events[i].End; e++)
        {
            events.Add(Object(
                ("timeUnixNano", Integer(b.Events.Times[e])), ("name", b.Text(b.Events.Names[e])), ("attributes", Attributes(b.Events.Attributes[e])),
                ("droppedAttributesCount", b.Events.DroppedAttributesCounts[e])));
        }
        var links = new JsonArray();
        for (int l = s.Links[i].Start; l < s.Links[i].End; l++)
        {
            links.Add(Object(
                ("traceId", Hex(b.Links.TraceIds[l].ToString())), ("spanId", Hex(b.Links.SpanIds[l].ToString())), ("traceState", b.Text(b.Links.TraceStates[l])),
                ("flags", b.Links.Flags[l]), ("attributes", Attributes(b.Links.Attributes[l])), ("droppedAttributesCount", b.Links.DroppedAttributesCounts[l])));
        }
        return Object(
            ("traceId", Hex(s.TraceIds[i].ToString())), ("spanId", Hex(s.SpanIds[i].ToString())), ("traceState", b.Text(s.TraceStates[i])),
            ("parentSpanId", s.ParentSpanIds[i].IsEmpty ? "" : Hex(s.ParentSpanIds[i].ToString())), ("flags", s.Flags[i]), ("name", b.Text(s.Names[i])),
            ("kind", (int)s.Kinds[i]), ("startTimeUnixNano", Integer(s.StartTimes[i])), ("endTimeUnixNano", Integer(s.EndTimes[i])),
            ("attributes", Attributes(s.Attributes[i])), ("droppedAttributesCount", s.DroppedAttributesCounts[i]),
            ("events", events), ("droppedEventsCount", s.DroppedEventsCounts[i]), ("links", links), ("droppedLinksCount", s.DroppedLinksCounts[i]),
            ("status", Object(("message", b.Text(s.StatusMessages[i])), ("code", (int)s.StatusCodes[i]))));
    }

    private JsonArray Attributes(RowRange rows)
    {
        var attributes = new JsonArray();
        for (int i = rows.Start; i < rows.End; i++)
        {
            var value = b.Value(i);
            attributes.Add(Object(("key", b.Text(b.Attributes.Keys[i])), ("value", AnyValue(value.Type, value.Bits, value.Bytes))));
        }
        return attributes;
    }

    private JsonObject AnyValue(AttributeType type, long bits, ReadOnlySpan<byte> bytes)
    {
        switch (type)
        {
            case AttributeType.String: return Object(("stringValue", Encoding.UTF8.GetString(bytes)));
            case AttributeType.Bool: return Object(("boolValue", bits != 0));
            case AttributeType.Int: return Object(("intValue", Integer(bits)));
            case AttributeType.Double:
                double value = BitConverter.Int64BitsToDouble(bits);
                return Object(("doubleValue", double.IsFinite(value) ? value : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture))));
            case AttributeType.Bytes:
                string text = Convert.ToBase64String(bytes);
                return Object(("bytesValue", Flip() ? text.Replace('+', '-').Replace('/', '_').TrimEnd('=') : text));
            case AttributeType.Array or AttributeType.Map:
                var values = new JsonArray();
                foreach (var element in new NestedValues(bytes, type == AttributeType.Map))
                {
                    var any = AnyValue(element.Type, element.Bits, element.Bytes);
                    values.Add(type == AttributeType.Map ? Object(("key", Encoding.UTF8.GetString(element.Key)), ("value", any)) : any);
                }
                return Object((type == AttributeType.Map ? "kvlistValue" : "arrayValue", Object(("values", values))));
            default: return [];
        }
    }

    private JsonValue Integer<T>(T value)
        where T : struct, IFormattable =>
        Flip() ? JsonValue.Create(value)! : JsonValue.Create(value.ToString(null, CultureInfo.InvariantCulture))!;

    private string Hex(string hex) => Flip() ? hex.ToUpperInvariant() : hex;

    private bool Flip() => random?.Next(2) == 1;

    private JsonObject Object(params (string Name, JsonNode? Value)[] fields)
    {
        var o = new JsonObject();
        random?.Shuffle(fields);
        foreach (var (name, value) in fields)
        {
            if (random?.Next(8) == 0)
            {
                o.Add("unknown" + o.Count.ToString(CultureInfo.InvariantCulture), new JsonObject { ["name"] = new JsonArray(1, "x", null) });
            }
            o.Add(Flip() ? string.Concat(name.Select(c => char.IsUpper(c) ? "_" + char.ToLowerInvariant(c) : c.ToString())) : name, value);
        }
        return o;
    }
}
