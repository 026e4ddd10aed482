using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Clew.Ingest.Otlp.Protobuf;

/// <summary>One field of a message, for the one loop that is worth it: a cursor lies in memory, this in registers.</summary>
internal readonly struct WireField(uint tag, int start, int length, ulong value)
{
    /// <summary>Field number × 8 + wire type.</summary>
    public readonly uint Tag = tag;

    /// <summary>Where the content of a length-delimited field begins.</summary>
    public readonly int Start = start;

    /// <summary>Bytes of a length-delimited field.</summary>
    public readonly int Length = length;

    /// <summary>The number of a varint or fixed field.</summary>
    public readonly ulong Value = value;

    /// <summary>
    /// Reads a field of number below 16 whose length or value takes one byte or is a fixed64. False, and nothing read, for any other.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadCommon(ReadOnlySpan<byte> data, ref int position, int end, out WireField field)
    {
        int p = position;
        field = default;
        if (end - p < 2 || data[p] is < 8 or >= 0x80)
        {
            return false;
        }
        uint tag = data[p];
        switch (tag & 7)
        {
            case 2 when data[p + 1] < 0x80 && data[p + 1] <= end - p - 2:
                field = new WireField(tag, p + 2, data[p + 1], 0);
                position = p + 2 + data[p + 1];
                return true;
            case 0 when data[p + 1] < 0x80:
                field = new WireField(tag, 0, 0, data[p + 1]);
                position = p + 2;
                return true;
            case 1 when end - p >= 9:
                field = new WireField(tag, 0, 0, BinaryPrimitives.ReadUInt64LittleEndian(data.Slice(p + 1, 8)));
                position = p + 9;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Reads a field of any form. <paramref name="next"/> is where the next begins, or −1 where the bytes are malformed.</summary>
    public static WireField ReadOther(ReadOnlySpan<byte> data, int position, int end, out int next)
    {
        var cursor = new WireCursor(data, position, end);
        next = cursor.Next() ? cursor.Position : -1;
        return new WireField(cursor.Tag, cursor.Start, cursor.Length, cursor.Value);
    }
}
