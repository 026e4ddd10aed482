using System.Buffers;
using System.Text.Json;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Jaeger;

/// <summary>
/// Writes attribute values as Jaeger's tags: string, bool, int64, float64, binary. Arrays and maps become JSON text; integers
/// past ±(2^53−1), NaN and the infinities become strings, so that no value makes a trace unreadable.
/// </summary>
internal static class JaegerValueWriter
{
    private const long MaxSafe = (1L << 53) - 1;

    /// <summary>Writes a whole tag.</summary>
    public static void WriteTag(Utf8JsonWriter json, SpanBatch batch, int attribute)
    {
        var type = batch.Attributes.Types[attribute];
        long value = batch.Attributes.Values[attribute];
        var bytes = AttributeTable.IsStringId(type) ? batch.Strings[(int)value] : default;
        json.WriteStartObject();
        json.Utf8("key"u8, batch.Strings[batch.Attributes.Keys[attribute]]);
        switch (NestedGuard.Readable(type, bytes))
        {
            case AttributeType.Bool:
                json.WriteString("type"u8, "bool"u8);
                json.WriteBoolean("value"u8, value != 0);
                break;
            case AttributeType.Int:
                json.WriteString("type"u8, "int64"u8);
                json.WritePropertyName("value"u8);
                WriteInteger(json, value);
                break;
            case AttributeType.Double:
                json.WriteString("type"u8, "float64"u8);
                json.WritePropertyName("value"u8);
                json.DoubleValue(BitConverter.Int64BitsToDouble(value));
                break;
            case AttributeType.Bytes:
                json.WriteString("type"u8, "binary"u8);
                json.WriteBase64String("value"u8, bytes);
                break;
            case AttributeType.Array or AttributeType.Map:
                json.WriteString("type"u8, "string"u8);
                var text = new ArrayBufferWriter<byte>();
                using (var inner = new Utf8JsonWriter(text, JsonText.Options))
                {
                    WritePlain(inner, type, 0, bytes);
                }
                json.WriteString("value"u8, text.WrittenSpan);
                break;
            default: // String; Empty as an empty text
                json.WriteString("type"u8, "string"u8);
                json.Utf8("value"u8, bytes);
                break;
        }
        json.WriteEndObject();
    }

    private static void WriteInteger(Utf8JsonWriter json, long value)
    {
        if (value is > MaxSafe or < -MaxSafe)
        {
            json.DecimalValue(value);
        }
        else
        {
            json.WriteNumberValue(value);
        }
    }

    private static void WritePlain(Utf8JsonWriter json, AttributeType type, long bits, ReadOnlySpan<byte> bytes)
    {
        switch (type)
        {
            case AttributeType.Empty:
                json.WriteNullValue();
                break;
            case AttributeType.String:
                json.Utf8Value(bytes);
                break;
            case AttributeType.Bool:
                json.WriteBooleanValue(bits != 0);
                break;
            case AttributeType.Int:
                json.WriteNumberValue(bits);
                break;
            case AttributeType.Double:
                json.DoubleValue(BitConverter.Int64BitsToDouble(bits));
                break;
            case AttributeType.Bytes:
                json.WriteBase64StringValue(bytes);
                break;
            case AttributeType.Array:
                json.WriteStartArray();
                foreach (var element in new NestedValues(bytes, isMap: false))
                {
                    WritePlain(json, element.Type, element.Bits, element.Bytes);
                }
                json.WriteEndArray();
                break;
            default:
                json.WriteStartObject();
                foreach (var element in new NestedValues(bytes, isMap: true))
                {
                    json.WritePropertyName(System.Text.Encoding.UTF8.GetString(element.Key));
                    WritePlain(json, element.Type, element.Bits, element.Bytes);
                }
                json.WriteEndObject();
                break;
        }
    }
}
