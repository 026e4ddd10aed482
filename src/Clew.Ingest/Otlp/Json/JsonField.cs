using System.Text.Json;

namespace Clew.Ingest.Otlp.Json;

/// <summary>The fields of an OTLP JSON trace request.</summary>
internal enum JsonField
{
    Unknown, ResourceSpans, Resource, ScopeSpans, Scope, Spans, SchemaUrl, Attributes, DroppedAttributesCount, Name, Version,
    TraceId, SpanId, TraceState, ParentSpanId, Kind, StartTimeUnixNano, EndTimeUnixNano, Events, DroppedEventsCount, Links,
    DroppedLinksCount, Status, Flags, TimeUnixNano, Message, Code, Key, Value, StringValue, BoolValue, IntValue, DoubleValue,
    ArrayValue, KvlistValue, BytesValue, Values,
}

/// <summary>Knows fields by their names: lowerCamelCase as the specification has it, or the proto file's own snake_case.</summary>
internal static class JsonFields
{
    private const int Longest = 24;

    /// <summary>
    /// Goes to the next property of an object and on to its value. Properties whose value is null are absent and passed over.
    /// False at the object's end.
    /// </summary>
    public static bool NextField(this ref Utf8JsonReader json, out JsonField field)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            field = Resolve(json);
            json.Read();
            if (json.TokenType != JsonTokenType.Null)
            {
                return true;
            }
        }
        field = JsonField.Unknown;
        return false;
    }

    /// <summary>Goes to the next element of an array that is not null. False at the array's end.</summary>
    public static bool NextElement(this ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Null)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The value at hand must begin like that.</summary>
    public static void Expect(this in Utf8JsonReader json, JsonTokenType type)
    {
        if (json.TokenType != type)
        {
            throw new JsonException($"{type} was expected where {json.TokenType} stands.");
        }
    }

    private static JsonField Resolve(in Utf8JsonReader json)
    {
        if (json.ValueSpan.Length > 6 * Longest)
        {
            return JsonField.Unknown;
        }
        Span<byte> unescaped = stackalloc byte[6 * Longest];
        var name = json.ValueIsEscaped ? unescaped[..JsonText.Copy(json, unescaped)] : json.ValueSpan;
        Span<char> camelCase = stackalloc char[Longest];
        int length = 0;
        for (int i = 0; i < name.Length; i++)
        {
            byte b = name[i];
            if (b == (byte)'_' && i + 1 < name.Length && name[i + 1] is >= (byte)'a' and <= (byte)'z')
            {
                b = (byte)(name[++i] - 32);
            }
            if (length == Longest)
            {
                return JsonField.Unknown;
            }
            camelCase[length++] = (char)b;
        }
        return Resolve(camelCase[..length]);
    }

    private static JsonField Resolve(ReadOnlySpan<char> name) => name switch
    {
        "resourceSpans" => JsonField.ResourceSpans,
        "resource" => JsonField.Resource,
        "scopeSpans" => JsonField.ScopeSpans,
        "scope" => JsonField.Scope,
        "spans" => JsonField.Spans,
        "schemaUrl" => JsonField.SchemaUrl,
        "attributes" => JsonField.Attributes,
        "droppedAttributesCount" => JsonField.DroppedAttributesCount,
        "name" => JsonField.Name,
        "version" => JsonField.Version,
        "traceId" => JsonField.TraceId,
        "spanId" => JsonField.SpanId,
        "traceState" => JsonField.TraceState,
        "parentSpanId" => JsonField.ParentSpanId,
        "kind" => JsonField.Kind,
        "startTimeUnixNano" => JsonField.StartTimeUnixNano,
        "endTimeUnixNano" => JsonField.EndTimeUnixNano,
        "events" => JsonField.Events,
        "droppedEventsCount" => JsonField.DroppedEventsCount,
        "links" => JsonField.Links,
        "droppedLinksCount" => JsonField.DroppedLinksCount,
        "status" => JsonField.Status,
        "flags" => JsonField.Flags,
        "timeUnixNano" => JsonField.TimeUnixNano,
        "message" => JsonField.Message,
        "code" => JsonField.Code,
        "key" => JsonField.Key,
        "value" => JsonField.Value,
        "stringValue" => JsonField.StringValue,
        "boolValue" => JsonField.BoolValue,
        "intValue" => JsonField.IntValue,
        "doubleValue" => JsonField.DoubleValue,
        "arrayValue" => JsonField.ArrayValue,
        "kvlistValue" => JsonField.KvlistValue,
        "bytesValue" => JsonField.BytesValue,
        "values" => JsonField.Values,
        _ => JsonField.Unknown,
    };
}
