using System.Globalization;
using System.Text.Json.Nodes;

namespace Clew.EndToEnd.Model;

/// <summary>One trace that uses everything the specification of OTLP traces allows.</summary>
internal static class FullDocument
{
    private static readonly string Bytes = Convert.ToBase64String([.. Enumerable.Range(0, 256).Select(i => (byte)i)]);

    /// <summary>The document with that trace id; ids of spans are the same in each.</summary>
    public static JsonObject Create(string traceId)
    {
        var spans = new JsonArray([Everything(traceId), Bare(traceId), .. Kinds(traceId)]);
        return new JsonObject
        {
            ["resourceSpans"] = new JsonArray(
                new JsonObject
                {
                    ["resource"] = new JsonObject
                    {
                        ["attributes"] = new JsonArray(
                            Text("service.name", "first"), Text("service.name", "full model"), Attribute("resource.values", Nested(3)),
                            Attribute("", new JsonObject())),
                        ["droppedAttributesCount"] = 11,
                    },
                    ["schemaUrl"] = "https://opentelemetry.io/schemas/1.38.0",
                    ["scopeSpans"] = new JsonArray(
                        new JsonObject
                        {
                            ["scope"] = new JsonObject
                            {
                                ["name"] = "scope ünïcode",
                                ["version"] = "1.2.3-β",
                                ["attributes"] = new JsonArray(Attribute("scope.values", Nested(2)), Text("twice", "a"), Text("twice", "b")),
                                ["droppedAttributesCount"] = uint.MaxValue,
                            },
                            ["schemaUrl"] = "https://opentelemetry.io/schemas/1.4.0",
                            ["spans"] = spans,
                        },
                        // The same scope under another schema, and a scope without a name.
                        new JsonObject
                        {
                            ["scope"] = new JsonObject { ["name"] = "scope ünïcode" },
                            ["spans"] = new JsonArray(Plain(traceId, "00000000000000b1")),
                        },
                        new JsonObject
                        {
                            ["scope"] = new JsonObject { ["version"] = "7", ["droppedAttributesCount"] = 1 },
                            ["spans"] = new JsonArray(Plain(traceId, "00000000000000b2")),
                        }),
                },
                // No resource at all, and no scope.
                new JsonObject
                {
                    ["scopeSpans"] = new JsonArray(new JsonObject { ["spans"] = new JsonArray(Plain(traceId, "00000000000000b3")) }),
                },
                new JsonObject
                {
                    ["resource"] = new JsonObject { ["attributes"] = new JsonArray(Attribute("service.name", new JsonObject { ["intValue"] = "5" })) },
                    ["scopeSpans"] = new JsonArray(new JsonObject { ["schemaUrl"] = "only a schema", ["spans"] = new JsonArray(Plain(traceId, "00000000000000b4")) }),
                }),
        };
    }

    private static JsonObject Everything(string traceId) => new()
    {
        ["traceId"] = traceId,
        ["spanId"] = "00000000000000A1",
        ["parentSpanId"] = "FFFFFFFFFFFFFFFF",
        ["traceState"] = "ot=th:8;rv:0123456789abcd,vendor=" + new string('x', 460),
        ["flags"] = 0x301,
        ["name"] = "span \" \\ / \n \t \u0000 \u007f \u2028 \ufeff \uffff 🧵",
        ["kind"] = 2,
        ["startTimeUnixNano"] = "1767225600123456789",
        ["endTimeUnixNano"] = "1767225603333333333",
        ["attributes"] = new JsonArray(
        [
            Text("text", "value"), Text("text.empty", ""), Text("text.long", new string('ß', 50_000)), Text("text.odd", "\u0000\u0001\u001f\u007f\u0085\u2029\ufffd\uffff𝄞"),
            Attribute("bool.true", new JsonObject { ["boolValue"] = true }), Attribute("bool.false", new JsonObject { ["boolValue"] = false }),
            .. new[] { "0", "1", "-1", "9007199254740993", "9223372036854775807", "-9223372036854775808" }
                .Select(number => Attribute("int " + number, new JsonObject { ["intValue"] = number })),
            .. new[] { 0.0, -0.0, 0.1, 1e300, double.Epsilon, double.MaxValue, double.MinValue, 123456789.123456789, 2.0 }
                .Select(number => Attribute($"double {number.ToString("R", CultureInfo.InvariantCulture)}", new JsonObject { ["doubleValue"] = number })),
            .. new[] { "NaN", "Infinity", "-Infinity" }.Select(number => Attribute("double " + number, new JsonObject { ["doubleValue"] = number })),
            Attribute("bytes", new JsonObject { ["bytesValue"] = Bytes }), Attribute("bytes.empty", new JsonObject { ["bytesValue"] = "" }),
            Attribute("bytes.text", new JsonObject { ["bytesValue"] = Convert.ToBase64String("value"u8) }),
            Attribute("empty", new JsonObject()), new JsonObject { ["key"] = "no value" }, Text("", "no key"), new JsonObject(),
            Attribute("array.empty", new JsonObject { ["arrayValue"] = new JsonObject() }),
            Attribute("map.empty", new JsonObject { ["kvlistValue"] = new JsonObject { ["values"] = new JsonArray() } }),
            Attribute("nested", Nested(4)), Attribute("deepest array", Deep(32, isMap: false)), Attribute("deepest map", Deep(32, isMap: true)),
            Text("twice", "first"), Attribute("twice", new JsonObject { ["intValue"] = "2" }), Text("twice", "first"),
            Text("__proto__", "x"), Text(new string('k', 5_000), "long key"), Text("k\u0000\"🧵", "odd key"),
        ]),
        ["droppedAttributesCount"] = 1,
        ["events"] = new JsonArray(
            new JsonObject { ["timeUnixNano"] = "1767225601000000001", ["name"] = "exception", ["attributes"] = new JsonArray(Text("exception.message", "boom"), Attribute("nested", Nested(2))), ["droppedAttributesCount"] = 3 },
            new JsonObject(),
            new JsonObject { ["timeUnixNano"] = "1", ["name"] = "before the span" },
            new JsonObject { ["timeUnixNano"] = "18446744073709551615", ["name"] = "" },
            new JsonObject { ["timeUnixNano"] = "1767225601000000001", ["name"] = "exception" }),
        ["droppedEventsCount"] = uint.MaxValue,
        ["links"] = new JsonArray(
            new JsonObject { ["traceId"] = "0af7651916cd43dd8448eb211c80319c", ["spanId"] = "b7ad6b7169203331", ["traceState"] = "a=1,b=2", ["flags"] = uint.MaxValue, ["attributes"] = new JsonArray(Attribute("link.values", Nested(2))), ["droppedAttributesCount"] = 4 },
            new JsonObject { ["traceId"] = traceId, ["spanId"] = "00000000000000A1" },
            new JsonObject { ["traceId"] = "00000000000000000000000000000001", ["spanId"] = "0000000000000001", ["flags"] = 0 },
            new JsonObject { ["traceId"] = "00000000000000000000000000000001", ["spanId"] = "0000000000000001", ["flags"] = 0 }),
        ["droppedLinksCount"] = 5,
        ["status"] = new JsonObject { ["code"] = 2, ["message"] = "it failed: \"ünïcode\"" },
    };

    private static JsonObject Bare(string traceId) => new() { ["traceId"] = traceId, ["spanId"] = "00000000000000a2" };

    /// <summary>Every kind, every status, unusual times.</summary>
    private static IEnumerable<JsonObject> Kinds(string traceId)
    {
        (string Start, string End)[] times =
        [
            ("0", "0"), ("1", "1767225600000000000"), ("1767225600000000000", "1"), ("18446744073709551615", "18446744073709551615"),
            ("0", "18446744073709551615"), ("9223372036854775808", "9223372036854775807"),
        ];
        for (int kind = 0; kind <= 5; kind++)
        {
            yield return new JsonObject
            {
                ["traceId"] = traceId,
                ["spanId"] = $"00000000000000c{kind}",
                ["parentSpanId"] = kind == 0 ? "" : "00000000000000a1",
                ["kind"] = kind,
                ["startTimeUnixNano"] = times[kind].Start,
                ["endTimeUnixNano"] = times[kind].End,
                ["status"] = (kind % 3) switch { 0 => new JsonObject(), 1 => new JsonObject { ["code"] = 1 }, _ => new JsonObject { ["message"] = "no code" } },
            };
        }
    }

    private static JsonObject Plain(string traceId, string spanId) => new()
    {
        ["traceId"] = traceId,
        ["spanId"] = spanId,
        ["parentSpanId"] = "00000000000000a1",
        ["name"] = "plain",
        ["kind"] = 1,
        ["startTimeUnixNano"] = "1767225600123456789",
        ["endTimeUnixNano"] = "1767225600123456790",
    };

    private static JsonObject Text(string key, string value) => Attribute(key, new JsonObject { ["stringValue"] = value });

    private static JsonObject Attribute(string key, JsonObject value) => new() { ["key"] = key, ["value"] = value };

    /// <summary>A map of all kinds of values, among them an array of all kinds of values, and so on.</summary>
    private static JsonObject Nested(int levels)
    {
        JsonObject Inner() => levels > 1 ? Nested(levels - 1) : new JsonObject();
        var values = new JsonArray(
            new JsonObject { ["stringValue"] = "" }, new JsonObject { ["boolValue"] = false }, new JsonObject { ["intValue"] = "-9223372036854775808" },
            new JsonObject { ["doubleValue"] = "NaN" }, new JsonObject { ["bytesValue"] = Bytes }, new JsonObject(), Inner(),
            new JsonObject { ["arrayValue"] = new JsonObject() });
        return new JsonObject
        {
            ["kvlistValue"] = new JsonObject
            {
                ["values"] = new JsonArray(
                    Text("text", "🧵"), Text("text", "twice"), Attribute("", new JsonObject { ["intValue"] = "0" }), Attribute("empty", new JsonObject()),
                    Attribute("array", new JsonObject { ["arrayValue"] = new JsonObject { ["values"] = values } }), Attribute("double", new JsonObject { ["doubleValue"] = -0.5 })),
            },
        };
    }

    private static JsonObject Deep(int levels, bool isMap)
    {
        var value = new JsonObject { ["intValue"] = "1" };
        for (int i = 0; i < levels; i++)
        {
            value = isMap
                ? new JsonObject { ["kvlistValue"] = new JsonObject { ["values"] = new JsonArray(Attribute("k", value)) } }
                : new JsonObject { ["arrayValue"] = new JsonObject { ["values"] = new JsonArray(value) } };
        }
        return value;
    }
}
