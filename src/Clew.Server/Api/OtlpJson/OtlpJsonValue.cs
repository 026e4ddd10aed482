using System.Text.Json;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.OtlpJson;

/// <summary>Writes an <c>AnyValue</c> of any kind as OTLP JSON. Receivers bound how deep values nest.</summary>
internal static class OtlpJsonValue
{
    public static void Write(Utf8JsonWriter json, AttributeType type, long bits, ReadOnlySpan<byte> bytes) =>
        WriteChecked(json, NestedGuard.Readable(type, bytes), bits, bytes);

    private static void WriteChecked(Utf8JsonWriter json, AttributeType type, long bits, ReadOnlySpan<byte> bytes)
    {
        json.WriteStartObject();
        switch (type)
        {
            case AttributeType.String:
                json.Utf8("stringValue"u8, bytes);
                break;
            case AttributeType.Bool:
                json.WriteBoolean("boolValue"u8, bits != 0);
                break;
            case AttributeType.Int:
                json.WritePropertyName("intValue"u8);
                json.DecimalValue(bits);
                break;
            case AttributeType.Double:
                json.WritePropertyName("doubleValue"u8);
                json.DoubleValue(BitConverter.Int64BitsToDouble(bits));
                break;
            case AttributeType.Bytes:
                json.WriteBase64String("bytesValue"u8, bytes);
                break;
            case AttributeType.Array:
                json.WriteStartObject("arrayValue"u8);
                json.WriteStartArray("values"u8);
                foreach (var element in new NestedValues(bytes, isMap: false))
                {
                    WriteChecked(json, element.Type, element.Bits, element.Bytes);
                }
                json.WriteEndArray();
                json.WriteEndObject();
                break;
            case AttributeType.Map:
                json.WriteStartObject("kvlistValue"u8);
                json.WriteStartArray("values"u8);
                foreach (var element in new NestedValues(bytes, isMap: true))
                {
                    json.WriteStartObject();
                    json.Utf8("key"u8, element.Key);
                    json.WritePropertyName("value"u8);
                    WriteChecked(json, element.Type, element.Bits, element.Bytes);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
                break;
            default: // Empty: an AnyValue without a member
                break;
        }
        json.WriteEndObject();
    }
}
