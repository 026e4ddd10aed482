using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Clew.Core.Encodings;

/// <summary>Integers in 1 to 10 bytes, seven bits each, lowest first; signed ones zigzagged.</summary>
public static class Varint
{
    public static void Write(IBufferWriter<byte> to, ulong value)
    {
        to.Advance(Write(to.GetSpan(10), value));
    }

    /// <summary>Writes to the start of a span, which has room for 10 bytes; returns how many it took.</summary>
    public static int Write(Span<byte> to, ulong value)
    {
        int i = 0;
        while (value >= 0x80)
        {
            to[i++] = (byte)(value | 0x80);
            value >>= 7;
        }
        to[i++] = (byte)value;
        return i;
    }

    public static void WriteSigned(IBufferWriter<byte> to, long value) => Write(to, ZigZag(value));

    /// <summary>Reads a value and moves the span past it.</summary>
    /// <exception cref="InvalidDataException">The bytes end too early, or the value is longer than 64 bits.</exception>
    public static ulong Read(ref ReadOnlySpan<byte> from)
    {
        ulong value = 0;
        for (int i = 0; i < from.Length && i < 10; i++)
        {
            byte b = from[i];
            if (i == 9 && b > 1)
            {
                break;
            }
            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b < 0x80)
            {
                from = from[(i + 1)..];
                return value;
            }
        }
        Throw();
        return 0;
    }

    public static long ReadSigned(ref ReadOnlySpan<byte> from) => UnZigZag(Read(ref from));

    /// <summary>Reads a value that must lie in 0 to <paramref name="max"/>.</summary>
    /// <exception cref="InvalidDataException">It does not, or it is not a varint.</exception>
    public static int ReadInt(ref ReadOnlySpan<byte> from, int max = int.MaxValue)
    {
        ulong value = Read(ref from);
        if (value > (ulong)max)
        {
            Throw();
        }
        return (int)value;
    }

    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    [DoesNotReturn]
    private static void Throw() => throw new InvalidDataException("A variable-length integer is cut short or out of range.");
}
