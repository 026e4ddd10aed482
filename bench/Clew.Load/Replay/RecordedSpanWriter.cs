using System.Globalization;
using System.Text.Json.Nodes;
using Clew.Load.Payloads;

namespace Clew.Load.Replay;

/// <summary>Translates a span of Jaeger's JSON into an OTLP template.</summary>
internal static class RecordedSpanWriter
{
    private const double NanosecondsPerMicrosecond = 1000;

    /// <param name="trace">Number of the trace in its block.</param>
    /// <param name="span">The span.</param>
    /// <param name="index">Numbers of the trace's span ids.</param>
    /// <param name="traceEnd">Of the recorded trace, µs.</param>
    public static (WireBuffer Bytes, SpanPatch Patch) Write(int trace, JsonNode span, Dictionary<string, int> index, long traceEnd)
    {
        var wire = new WireBuffer();
        string? parentId = span["references"]?.AsArray()
            .FirstOrDefault(reference => (string?)reference!["refType"] == "CHILD_OF")?["spanID"]?.GetValue<string>();
        var tags = span["tags"]?.AsArray() ?? [];
        long start = (long)span["startTime"]!;
        var patch = new SpanPatch
        {
            Trace = trace,
            Span = index[(string)span["spanID"]!],
            Parent = parentId is not null && index.TryGetValue(parentId, out int parent) ? parent : -1,
            Offset = (start - traceEnd) * NanosecondsPerMicrosecond,
            Length = (long)span["duration"]! * NanosecondsPerMicrosecond,
            IsRecorded = true,
            EventTimeAt = -1,
            RequestAt = -1,
            StatementAt = -1,
            UserAt = -1,
            OrderAt = -1,
            TraceIdAt = wire.Bytes(1, new byte[16]),
            SpanIdAt = wire.Bytes(2, new byte[8]),
            ParentIdAt = -1,
        };
        if (patch.Parent >= 0)
        {
            patch.ParentIdAt = wire.Bytes(4, new byte[8]);
        }
        wire.Text(5, (string)span["operationName"]!);
        wire.Varint(6, Kind(Tag(tags, "span.kind")));
        patch.StartAt = wire.Fixed64(7);
        patch.EndAt = wire.Fixed64(8);
        Attributes(wire, 9, tags);
        foreach (var log in span["logs"]?.AsArray() ?? [])
        {
            var fields = log!["fields"]!.AsArray();
            var happened = new WireBuffer();
            int time = happened.Fixed64(1);
            happened.Text(2, Tag(fields, "event") ?? Tag(fields, "message") ?? "log");
            Attributes(happened, 3, fields);
            patch.EventTimeAt = wire.Bytes(11, happened.ToArray()) + time; // of several, the last one gets the time
        }
        if (Tag(tags, "error") is "true" or "True")
        {
            var status = new WireBuffer();
            status.Varint(3, 2);
            wire.Bytes(15, status.ToArray());
        }
        return (wire, patch);
    }

    /// <summary>Tags as attributes, with their types.</summary>
    public static void Attributes(WireBuffer wire, int field, JsonArray tags)
    {
        foreach (var tag in tags)
        {
            string key = (string)tag!["key"]!;
            if ((string?)tag["type"] == "int64" && long.TryParse(tag["value"]!.ToString(), CultureInfo.InvariantCulture, out long number))
            {
                wire.Attribute(field, key, number);
            }
            else
            {
                wire.Attribute(field, key, tag["value"]?.ToString() ?? "");
            }
        }
    }

    private static string? Tag(JsonArray tags, string key) =>
        tags.FirstOrDefault(tag => (string?)tag!["key"] == key)?["value"]?.ToString();

    private static ulong Kind(string? kind) => kind switch
    {
        "internal" => 1,
        "server" => 2,
        "client" => 3,
        "producer" => 4,
        "consumer" => 5,
        _ => 0,
    };
}
