using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Clew.EndToEnd;

/// <summary>OTLP JSON payloads of small traces.</summary>
internal static class TestPayload
{
    public const ulong Epoch = 1_767_225_600_000_000_000;

    public static string TraceId(int trace) => trace.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>A trace of one root and its children, all of one service.</summary>
    public static StringContent Trace(string service, int trace, int spans, ulong start)
    {
        var list = new JsonArray();
        for (int i = 1; i <= spans; i++)
        {
            list.Add(new JsonObject
            {
                ["traceId"] = TraceId(trace),
                ["spanId"] = i.ToString("x16", CultureInfo.InvariantCulture),
                ["parentSpanId"] = i == 1 ? "" : "0000000000000001",
                ["name"] = i == 1 ? "root" : $"child {i}",
                ["kind"] = i == 1 ? 2 : 1,
                ["startTimeUnixNano"] = (start + (ulong)i).ToString(CultureInfo.InvariantCulture),
                ["endTimeUnixNano"] = (start + 1_000_000).ToString(CultureInfo.InvariantCulture),
                ["attributes"] = new JsonArray(Attribute("trace.number", "intValue", trace.ToString(CultureInfo.InvariantCulture))),
            });
        }
        var document = new JsonObject
        {
            ["resourceSpans"] = new JsonArray(new JsonObject
            {
                ["resource"] = new JsonObject { ["attributes"] = new JsonArray(Attribute("service.name", "stringValue", service)) },
                ["scopeSpans"] = new JsonArray(new JsonObject { ["spans"] = list }),
            }),
        };
        return Json(document.ToJsonString());
    }

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static JsonObject Attribute(string key, string type, string value) =>
        new() { ["key"] = key, ["value"] = new JsonObject { [type] = value } };
}
