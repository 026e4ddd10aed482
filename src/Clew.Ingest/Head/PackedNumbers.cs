using System.Numerics;
using System.Runtime.CompilerServices;
using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>
/// Numbers of 64 bits in 1, 2, 4 or 8 bytes each. Which, say two bits for each, four to a byte, ahead of them: neither side branches.
/// </summary>
/// <remarks>Both sides touch up to <see cref="Slack"/> bytes behind the last number, which must be theirs to touch.</remarks>
internal static class PackedNumbers
{
    /// <summary>Bytes behind the end that may be written and read.</summary>
    public const int Slack = 8;

    /// <summary>The most bytes that so many numbers take, slack included.</summary>
    public static int Bound(int count) => (9 * count) + 1 + Slack;

    /// <summary>Bytes that say how long so many numbers are.</summary>
    public static int ControlBytes(int count) => (count + 3) >> 2;

    /// <summary>Writes one number. Returns its two bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Put(ref byte data, ref nint at, ulong value)
    {
        uint moreBytes = (uint)BitOperations.Log2(value | 1) >> 3;
        int code = 32 - BitOperations.LeadingZeroCount(moreBytes);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref data, at), value);
        at += 1 << code;
        return (uint)code;
    }

    /// <summary>Reads one number, whose two bits are the lowest of <paramref name="control"/>, and drops those.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Take(ref byte data, ref nint at, ref uint control)
    {
        int code = (int)control & 3;
        ulong value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref data, at)) & (ulong.MaxValue >> (64 - (8 << code)));
        at += 1 << code;
        control >>= 2;
        return value;
    }

    /// <summary>Bytes that up to four numbers take, whose bits these are.</summary>
    public static int Length(byte control, int count)
    {
        int length = 0;
        for (int i = 0; i < count; i++)
        {
            length += 1 << (control & 3);
            control >>= 2;
        }
        return length;
    }

    /// <summary>Reads one of the numbers that <see cref="WriteValues"/> wrote.</summary>
    /// <param name="from">Where they begin.</param>
    /// <param name="index">Which.</param>
    /// <param name="count">How many there are.</param>
    public static ulong Value(ref byte from, int index, int count)
    {
        nint at = ControlBytes(count);
        for (int four = 0; four < index >> 2; four++)
        {
            at += Length(Unsafe.Add(ref from, four), 4);
        }
        uint control = Unsafe.Add(ref from, index >> 2);
        at += Length((byte)control, index & 3);
        control >>= 2 * (index & 3);
        return Take(ref from, ref at, ref control);
    }

    /// <summary>Writes attribute values as numbers: string ids, signed integers, or bits as they are. Returns the bytes they took.</summary>
    public static int WriteValues<TIds>(ref byte to, ReadOnlySpan<AttributeType> types, ReadOnlySpan<long> values, TIds ids)
        where TIds : struct, IIdMap
    {
        nint at = ControlBytes(types.Length);
        uint control = 0;
        for (int i = 0; i < types.Length; i++)
        {
            long value = values[i];
            var type = types[i];
            ulong number = AttributeTable.IsStringId(type) ? (ulong)ids.String((int)value)
                : type == AttributeType.Int ? Varint.ZigZag(value)
                : (ulong)value;
            control |= Put(ref to, ref at, number) << (2 * (i & 3));
            if ((i & 3) == 3)
            {
                Unsafe.Add(ref to, i >> 2) = (byte)control;
                control = 0;
            }
        }
        if ((types.Length & 3) != 0)
        {
            Unsafe.Add(ref to, types.Length >> 2) = (byte)control;
        }
        return (int)at;
    }

    /// <summary>Reads what <see cref="WriteValues"/> wrote. Returns the bytes it took.</summary>
    public static int ReadValues<TIds>(ref byte from, ReadOnlySpan<AttributeType> types, Span<long> values, TIds ids)
        where TIds : struct, IIdMap
    {
        nint at = ControlBytes(types.Length);
        uint control = 0;
        for (int i = 0; i < types.Length; i++)
        {
            if ((i & 3) == 0)
            {
                control = Unsafe.Add(ref from, i >> 2);
            }
            ulong number = Take(ref from, ref at, ref control);
            var type = types[i];
            values[i] = AttributeTable.IsStringId(type) ? ids.String((int)number)
                : type == AttributeType.Int ? Varint.UnZigZag(number)
                : (long)number;
        }
        return (int)at;
    }
}
