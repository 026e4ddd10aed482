using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Clew.Core.Measures;

namespace Clew.Server.SelfMonitoring.Tracing;

/// <summary>Writes activities as an OTLP payload, JSON.</summary>
internal static class SelfTracePayload
{
    /// <summary>The service that they are found as.</summary>
    public const string Service = "clew";

    public static byte[] Write(IReadOnlyList<Activity> activities, string version)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartArray("resourceSpans"u8);
        json.WriteStartObject();
        json.WriteStartObject("resource"u8);
        json.WriteStartArray("attributes"u8);
        WriteAttribute(json, "service.name", Service);
        WriteAttribute(json, "service.version", version);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("scopeSpans"u8);
        json.WriteStartObject();
        json.WriteStartObject("scope"u8);
        json.WriteString("name"u8, SelfTrace.SourceName);
        json.WriteEndObject();
        json.WriteStartArray("spans"u8);
        foreach (var activity in activities)
        {
            WriteSpan(json, activity);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteSpan(Utf8JsonWriter json, Activity activity)
    {
        var start = new DateTimeOffset(activity.StartTimeUtc);
        json.WriteStartObject();
        json.WriteString("traceId"u8, activity.TraceId.ToHexString());
        json.WriteString("spanId"u8, activity.SpanId.ToHexString());
        if (activity.ParentSpanId != default)
        {
            json.WriteString("parentSpanId"u8, activity.ParentSpanId.ToHexString());
        }
        json.WriteString("name"u8, activity.DisplayName);
        json.WriteNumber("kind"u8, (int)activity.Kind + 1); // the same order, OTLP has "unspecified" before
        json.WriteString("startTimeUnixNano"u8, Nanoseconds(start));
        json.WriteString("endTimeUnixNano"u8, Nanoseconds(start + activity.Duration));
        json.WriteStartArray("attributes"u8);
        foreach (var (key, value) in activity.EnumerateTagObjects())
        {
            WriteAttribute(json, key, value);
        }
        json.WriteEndArray();
        if (activity.Status != ActivityStatusCode.Unset)
        {
            json.WriteStartObject("status"u8);
            json.WriteNumber("code"u8, (int)activity.Status);
            json.WriteString("message"u8, activity.StatusDescription ?? "");
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteAttribute(Utf8JsonWriter json, string key, object? value)
    {
        json.WriteStartObject();
        json.WriteString("key"u8, key);
        json.WriteStartObject("value"u8);
        switch (value)
        {
            case int or long:
                json.WriteString("intValue"u8, Convert.ToInt64(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture));
                break;
            case bool flag:
                json.WriteBoolean("boolValue"u8, flag);
                break;
            default:
                json.WriteString("stringValue"u8, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
                break;
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Nanoseconds(DateTimeOffset time) =>
        ((time - DateTimeOffset.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture);
}
