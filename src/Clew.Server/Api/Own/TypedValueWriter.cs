using System.Text.Json;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Server.Api.Http;

namespace Clew.Server.Api.Own;

/// <summary>Writes an attribute's value as the members <c>type</c> and <c>value</c> of the object that is open.</summary>
internal static class TypedValueWriter
{
    public static void WriteMembers(Utf8JsonWriter json, AttributeType type, long bits, ReadOnlySpan<byte> bytes) =>
        WriteChecked(json, NestedGuard.Readable(type, bytes), bits, bytes);

    private static void WriteChecked(Utf8JsonWriter json, AttributeType type, long bits, ReadOnlySpan<byte> bytes)
    {
        json.WriteString("type"u8, OwnNames.Of(type));
        if (type == AttributeType.Empty)
        {
            return;
        }
        json.WritePropertyName("value"u8);
        switch (type)
        {
            case AttributeType.String:
                json.Utf8Value(bytes);
                break;
            case AttributeType.Bool:
                json.WriteBooleanValue(bits != 0);
                break;
            case AttributeType.Int:
                json.DecimalValue(bits);
                break;
            case AttributeType.Double:
                json.DoubleValue(BitConverter.Int64BitsToDouble(bits));
                break;
            case AttributeType.Bytes:
                json.WriteBase64StringValue(bytes);
                break;
            default:
                json.WriteStartArray();
                foreach (var element in new NestedValues(bytes, type == AttributeType.Map))
                {
                    json.WriteStartObject();
                    if (type == AttributeType.Map)
                    {
                        json.Utf8("key"u8, element.Key);
                    }
                    WriteChecked(json, element.Type, element.Bits, element.Bytes);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                break;
        }
    }
}
