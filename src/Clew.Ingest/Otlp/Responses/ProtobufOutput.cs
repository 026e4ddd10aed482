using System.Buffers;
using System.Text;

namespace Clew.Ingest.Otlp.Responses;

/// <summary>Writes the few protobuf fields that responses are made of.</summary>
internal static class ProtobufOutput
{
    public static void Varint(IBufferWriter<byte> to, int field, long value)
    {
        Raw(to, (ulong)field << 3);
        Raw(to, (ulong)value);
    }

    public static void Text(IBufferWriter<byte> to, int field, string text) => Bytes(to, field, Encoding.UTF8.GetBytes(text));

    public static void Bytes(IBufferWriter<byte> to, int field, ReadOnlySpan<byte> content)
    {
        Raw(to, ((ulong)field << 3) | 2);
        Raw(to, (ulong)content.Length);
        to.Write(content);
    }

    private static void Raw(IBufferWriter<byte> to, ulong value)
    {
        var span = to.GetSpan(10);
        int i = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[i++] = (byte)(value | 0x80);
        }
        span[i++] = (byte)value;
        to.Advance(i);
    }
}
