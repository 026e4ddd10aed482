using System.Buffers;
using System.Text.Json;
using Clew.Core.Model;

namespace Clew.Ingest.Otlp.Json;

/// <summary>Ids: hex of either case and of the full length.</summary>
internal static class JsonIds
{
    /// <summary>The trace id at hand; the empty id where it is none.</summary>
    public static TraceId TraceId(in Utf8JsonReader json)
    {
        Span<byte> bytes = stackalloc byte[Core.Model.TraceId.Size];
        return TryHex(json, bytes) ? Core.Model.TraceId.Read(bytes) : default;
    }

    /// <summary>The span id at hand; the empty id where it is none.</summary>
    /// <param name="json">At a string.</param>
    /// <param name="isEmptyText">True for "", which means: no id.</param>
    public static SpanId SpanId(in Utf8JsonReader json, out bool isEmptyText)
    {
        Span<byte> bytes = stackalloc byte[Core.Model.SpanId.Size];
        isEmptyText = json.TokenType == JsonTokenType.String && json.ValueSpan.IsEmpty;
        return TryHex(json, bytes) ? Core.Model.SpanId.Read(bytes) : default;
    }

    private static bool TryHex(in Utf8JsonReader json, Span<byte> bytes)
    {
        JsonFields.Expect(json, JsonTokenType.String);
        if (json.ValueSpan.Length > 12 * bytes.Length)
        {
            return false;
        }
        Span<byte> unescaped = stackalloc byte[12 * bytes.Length];
        var hex = json.ValueIsEscaped ? unescaped[..JsonText.Copy(json, unescaped)] : json.ValueSpan;
        return hex.Length == 2 * bytes.Length
            && Convert.FromHexString(hex, bytes, out _, out int written) == OperationStatus.Done
            && written == bytes.Length;
    }
}
