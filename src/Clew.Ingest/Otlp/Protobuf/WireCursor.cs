using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Clew.Ingest.Otlp.Protobuf;

/// <summary>
/// Walks the fields of one protobuf message in [position, end) of the data, value included; every length is checked.
/// </summary>
/// <remarks>
/// A field is skipped by not looking at it; groups are skipped here. Refused: field number 0, wire types 6 and 7, tags over 32 bits,
/// varints over 64 bits, groups that do not end, that end otherwise, or that lie more than <see cref="MaxGroupDepth"/> deep.
/// </remarks>
internal ref struct WireCursor(ReadOnlySpan<byte> data, int position, int end)
{
    /// <summary>Groups within one another; protobuf's own recursion limit.</summary>
    public const int MaxGroupDepth = 100;

    private readonly ReadOnlySpan<byte> data = data;
    private readonly int end = end;
    private int position = position;

    /// <summary>Where the next field begins.</summary>
    public readonly int Position => position;

    /// <summary>Field number × 8 + wire type.</summary>
    public uint Tag { get; private set; }

    /// <summary>The number of a varint or fixed field.</summary>
    public ulong Value { get; private set; }

    /// <summary>Where the content of a length-delimited field begins.</summary>
    public int Start { get; private set; }

    /// <summary>Bytes of a length-delimited field.</summary>
    public int Length { get; private set; }

    /// <summary>True where the walk ended before the message did.</summary>
    public bool Failed { get; private set; }

    /// <summary>Goes to the next field. False at the end and where the bytes are malformed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next()
    {
        int p = position;
        if (p >= end)
        {
            return false;
        }
        // The common field: number below 16, length-delimited, shorter than 128 bytes.
        if (p + 1 < end && (data[p] & 0x87) == 2 && data[p] >= 8 && data[p + 1] < 0x80)
        {
            int length = data[p + 1];
            if (length <= end - p - 2)
            {
                Tag = data[p];
                Start = p + 2;
                Length = length;
                position = p + 2 + length;
                return true;
            }
        }
        return NextOther();
    }

    private bool NextOther()
    {
        // The next common one: a length of two bytes, as spans have it.
        int p = position;
        if (end - p >= 3 && (data[p] & 0x87) == 2 && data[p] >= 8 && data[p + 1] >= 0x80 && data[p + 2] < 0x80)
        {
            int length = (data[p + 1] & 0x7F) | (data[p + 2] << 7);
            if (length <= end - p - 3)
            {
                Tag = data[p];
                Start = p + 3;
                Length = length;
                position = p + 3 + length;
                return true;
            }
        }
        if (!TryVarint(out ulong tag) || tag is < 8 or > uint.MaxValue)
        {
            return Fail();
        }
        Tag = (uint)tag;
        return TryValue((uint)tag & 7) && ((tag & 7) != 3 || TrySkipGroup((uint)tag >> 3));
    }

    private bool TryValue(uint wireType)
    {
        ulong value;
        switch (wireType)
        {
            case 0:
                if (!TryVarint(out value))
                {
                    return Fail();
                }
                Value = value;
                return true;
            case 1 when end - position >= 8:
                Value = BinaryPrimitives.ReadUInt64LittleEndian(data[position..]);
                position += 8;
                return true;
            case 2:
                if (!TryVarint(out value) || value > (ulong)(end - position))
                {
                    return Fail();
                }
                Start = position;
                Length = (int)value;
                position += (int)value;
                return true;
            case 3:
                return true;
            case 5 when end - position >= 4:
                Value = BinaryPrimitives.ReadUInt32LittleEndian(data[position..]);
                position += 4;
                return true;
            default:
                return Fail();
        }
    }

    private bool TrySkipGroup(uint field)
    {
        Span<uint> open = stackalloc uint[MaxGroupDepth];
        int depth = 0;
        open[depth++] = field;
        while (depth > 0)
        {
            if (!TryVarint(out ulong tag) || tag is < 8 or > uint.MaxValue)
            {
                return Fail();
            }
            uint wireType = (uint)tag & 7;
            uint number = (uint)tag >> 3;
            if (wireType == 4)
            {
                if (open[--depth] != number)
                {
                    return Fail();
                }
            }
            else if (!TryValue(wireType))
            {
                return false;
            }
            else if (wireType == 3)
            {
                if (depth == MaxGroupDepth)
                {
                    return Fail();
                }
                open[depth++] = number;
            }
        }
        return true;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64 && position < end; shift += 7)
        {
            ulong b = data[position++];
            if (shift == 63 && b > 1)
            {
                return false;
            }
            value |= (b & 0x7F) << shift;
            if (b < 0x80)
            {
                return true;
            }
        }
        return false;
    }

    private bool Fail()
    {
        Failed = true;
        position = end;
        return false;
    }
}
