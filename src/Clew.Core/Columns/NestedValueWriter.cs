using System.Buffers;
using System.Buffers.Binary;
using Clew.Core.Model;

namespace Clew.Core.Columns;

/// <summary>Writes the canonical encoded form that <see cref="NestedValues"/> reads. Allocates nothing itself.</summary>
public static class NestedValueWriter
{
    /// <summary>Appends one element to an array's message.</summary>
    public static void AddToArray(IBufferWriter<byte> array, AttributeType type, long bits, ReadOnlySpan<byte> bytes)
    {
        WriteHeader(array, 0x0A, AnyValueLength(type, bits, bytes));
        WriteAnyValue(array, type, bits, bytes);
    }

    /// <summary>Appends one pair to a map's message.</summary>
    public static void AddToMap(IBufferWriter<byte> map, ReadOnlySpan<byte> key, AttributeType type, long bits, ReadOnlySpan<byte> bytes)
    {
        int valueLength = AnyValueLength(type, bits, bytes);
        WriteHeader(map, 0x0A, 1 + VarintLength((ulong)key.Length) + key.Length + 1 + VarintLength((ulong)valueLength) + valueLength);
        WriteHeader(map, 0x0A, key.Length);
        map.Write(key);
        WriteHeader(map, 0x12, valueLength);
        WriteAnyValue(map, type, bits, bytes);
    }

    private static int AnyValueLength(AttributeType type, long bits, ReadOnlySpan<byte> bytes) => type switch
    {
        AttributeType.Empty => 0,
        AttributeType.Bool => 2,
        AttributeType.Int => 1 + VarintLength((ulong)bits),
        AttributeType.Double => 9,
        _ => 1 + VarintLength((ulong)bytes.Length) + bytes.Length,
    };

    private static void WriteAnyValue(IBufferWriter<byte> to, AttributeType type, long bits, ReadOnlySpan<byte> bytes)
    {
        switch (type)
        {
            case AttributeType.Empty:
                return;
            case AttributeType.Bool:
                WriteVarint(to, 0x10);
                WriteVarint(to, bits != 0 ? 1UL : 0);
                return;
            case AttributeType.Int:
                WriteVarint(to, 0x18);
                WriteVarint(to, (ulong)bits);
                return;
            case AttributeType.Double:
                WriteVarint(to, 0x21);
                BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(8), bits);
                to.Advance(8);
                return;
            default:
                uint tag = type switch
                {
                    AttributeType.String => 0x0A,
                    AttributeType.Array => 0x2A,
                    AttributeType.Map => 0x32,
                    AttributeType.Bytes => 0x3A,
                    _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
                };
                WriteHeader(to, tag, bytes.Length);
                to.Write(bytes);
                return;
        }
    }

    private static void WriteHeader(IBufferWriter<byte> to, uint tag, int length)
    {
        WriteVarint(to, tag);
        WriteVarint(to, (ulong)length);
    }

    private static void WriteVarint(IBufferWriter<byte> to, ulong value)
    {
        var span = to.GetSpan(10);
        int i = 0;
        while (value >= 0x80)
        {
            span[i++] = (byte)(value | 0x80);
            value >>= 7;
        }
        span[i++] = (byte)value;
        to.Advance(i);
    }

    private static int VarintLength(ulong value)
    {
        int length = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            length++;
        }
        return length;
    }
}
