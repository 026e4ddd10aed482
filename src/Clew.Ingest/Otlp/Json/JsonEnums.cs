using System.Text.Json;
using Clew.Core.Model;

namespace Clew.Ingest.Otlp.Json;

/// <summary>Enums: integers as the specification has it; their names, which some senders write, are understood as well.</summary>
internal static class JsonEnums
{
    /// <summary>The span kind at hand; an unknown number is Unspecified, an unknown name malformed.</summary>
    public static SpanKind Kind(in Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("SPAN_KIND_UNSPECIFIED"u8)) { return SpanKind.Unspecified; }
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("SPAN_KIND_INTERNAL"u8)) { return SpanKind.Internal; }
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("SPAN_KIND_SERVER"u8)) { return SpanKind.Server; }
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("SPAN_KIND_CLIENT"u8)) { return SpanKind.Client; }
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("SPAN_KIND_PRODUCER"u8)) { return SpanKind.Producer; }
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("SPAN_KIND_CONSUMER"u8)) { return SpanKind.Consumer; }
        long number = JsonText.Int64(json);
        return number is >= 0 and <= (long)SpanKind.Consumer ? (SpanKind)number : SpanKind.Unspecified;
    }

    /// <summary>The status code at hand; an unknown number is Unset, an unknown name malformed.</summary>
    public static StatusCode Status(in Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("STATUS_CODE_UNSET"u8)) { return StatusCode.Unset; }
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("STATUS_CODE_OK"u8)) { return StatusCode.Ok; }
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals("STATUS_CODE_ERROR"u8)) { return StatusCode.Error; }
        long number = JsonText.Int64(json);
        return number is >= 0 and <= (long)StatusCode.Error ? (StatusCode)number : StatusCode.Unset;
    }
}
