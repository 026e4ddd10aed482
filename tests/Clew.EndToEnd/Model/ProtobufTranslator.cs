using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Clew.EndToEnd.Model;

/// <summary>Encodes an OTLP JSON document as protobuf by the schema's table; knows nothing of the server's code.</summary>
internal static class ProtobufTranslator
{
    public static byte[] Encode(string message, JsonObject document)
    {
        using var to = new MemoryStream();
        foreach (var (name, value) in document)
        {
            var field = OtlpSchema.Find(message, name);
            foreach (var element in field.Repeated ? value!.AsArray() : [value!.DeepClone()])
            {
                Write(to, field, element!);
            }
        }
        return to.ToArray();
    }

    private static void Write(MemoryStream to, Field field, JsonNode value)
    {
        Span<byte> buffer = stackalloc byte[8];
        switch (field.Type)
        {
            case FieldType.Fixed64:
                Varint(to, Tag(field, 1));
                BinaryPrimitives.WriteUInt64LittleEndian(buffer, ulong.Parse(value.ToString(), CultureInfo.InvariantCulture));
                to.Write(buffer);
                break;
            case FieldType.Double:
                Varint(to, Tag(field, 1));
                BinaryPrimitives.WriteDoubleLittleEndian(buffer, JsonScalars.Double(value));
                to.Write(buffer);
                break;
            case FieldType.Fixed32:
                Varint(to, Tag(field, 5));
                BinaryPrimitives.WriteUInt32LittleEndian(buffer, uint.Parse(value.ToString(), CultureInfo.InvariantCulture));
                to.Write(buffer[..4]);
                break;
            case FieldType.UInt32 or FieldType.Int64:
                Varint(to, Tag(field, 0));
                Varint(to, (ulong)Int128.Parse(value.ToString(), CultureInfo.InvariantCulture));
                break;
            case FieldType.Bool:
                Varint(to, Tag(field, 0));
                Varint(to, (bool)value ? 1UL : 0);
                break;
            default:
                byte[] content = field.Type switch
                {
                    FieldType.Text => Encoding.UTF8.GetBytes((string)value!),
                    FieldType.Hex => Convert.FromHexString((string)value!),
                    FieldType.Base64 => Convert.FromBase64String((string)value!),
                    _ => Encode(field.Message!, value.AsObject()),
                };
                Varint(to, Tag(field, 2));
                Varint(to, (ulong)content.Length);
                to.Write(content);
                break;
        }
    }

    private static ulong Tag(Field field, int wireType) => ((ulong)field.Number << 3) | (uint)wireType;

    private static void Varint(MemoryStream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.WriteByte((byte)(value | 0x80));
        }
        to.WriteByte((byte)value);
    }
}
