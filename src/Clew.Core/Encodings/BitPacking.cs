using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Clew.Core.Encodings;

/// <summary>Integers of a fixed width of 0 to 64 bits, one after the other, lowest bit first.</summary>
public static class BitPacking
{
    /// <summary>Bytes that so many values take.</summary>
    public static int Length(int count, int width) => (int)((((long)count * width) + 7) >> 3);

    /// <summary>Packs each value minus <paramref name="minimum"/>. Differences must fit the width.</summary>
    /// <param name="values">What to pack.</param>
    /// <param name="minimum">Subtracted from each, modulo 2^64.</param>
    /// <param name="width">Bits a value, 0 to 64.</param>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public static void Pack(ReadOnlySpan<long> values, long minimum, int width, Span<byte> destination)
    {
        if (width == 0)
        {
            return;
        }
        if (width == 64 && minimum == 0 && BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(values).CopyTo(destination);
            return;
        }
        ulong pending = 0;
        int bits = 0;
        int at = 0;
        int i = 0;
        // Some are joined first, so that one step in four, or two, waits for the one before.
        if (width <= 16)
        {
            for (; i + 4 <= values.Length; i += 4)
            {
                ulong low = (ulong)(values[i] - minimum) | ((ulong)(values[i + 1] - minimum) << width);
                ulong high = (ulong)(values[i + 2] - minimum) | ((ulong)(values[i + 3] - minimum) << width);
                Put(low | (high << (2 * width)), 4 * width, ref pending, ref bits, ref at, destination);
            }
        }
        else if (width <= 32)
        {
            for (; i + 2 <= values.Length; i += 2)
            {
                Put((ulong)(values[i] - minimum) | ((ulong)(values[i + 1] - minimum) << width), 2 * width, ref pending, ref bits, ref at, destination);
            }
        }
        for (; i < values.Length; i++)
        {
            Put((ulong)(values[i] - minimum), width, ref pending, ref bits, ref at, destination);
        }
        for (; bits > 0; bits -= 8)
        {
            destination[at++] = (byte)pending;
            pending >>= 8;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ulong value, int width, ref ulong pending, ref int bits, ref int at, Span<byte> destination)
    {
        pending |= value << bits;
        bits += width;
        if (bits >= 64)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[at..], pending);
            at += 8;
            bits -= 64;
            int used = width - bits; // bits of the value already written
            pending = used < 64 ? value >> used : 0;
        }
    }

    /// <summary>Undoes <see cref="Pack"/>: fills the destination with values plus <paramref name="minimum"/>.</summary>
    /// <exception cref="InvalidDataException">The source is too short.</exception>
    public static void Unpack(ReadOnlySpan<byte> source, long minimum, int width, Span<long> destination)
    {
        if (width == 0)
        {
            destination.Fill(minimum);
            return;
        }
        int length = Length(destination.Length, width);
        if (source.Length < length)
        {
            throw new InvalidDataException("Packed integers are cut short.");
        }
        if (source.Length < length + WideUnpacking.Slack)
        {
            // The fast loops read beyond the last value.
            Span<byte> padded = length <= 1024 ? stackalloc byte[1024 + WideUnpacking.Slack] : new byte[length + WideUnpacking.Slack];
            source[..length].CopyTo(padded);
            UnpackPadded(padded, minimum, width, destination);
            return;
        }
        UnpackPadded(source, minimum, width, destination);
    }

    private static void UnpackPadded(ReadOnlySpan<byte> source, long minimum, int width, Span<long> destination)
    {
        ref byte p = ref MemoryMarshal.GetReference(source);
        ulong mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        int done = width <= WideUnpacking.WidestWidth && WideUnpacking.IsSupported ? WideUnpacking.Unpack(ref p, minimum, width, destination) : 0;
        long bit = (long)done * width;
        if (width <= 57)
        {
            for (int i = done; i < destination.Length; i++, bit += width)
            {
                destination[i] = (long)((Read(ref p, bit >> 3) >> (int)(bit & 7)) & mask) + minimum;
            }
            return;
        }
        for (int i = done; i < destination.Length; i++, bit += width)
        {
            int shift = (int)(bit & 7);
            ulong value = Read(ref p, bit >> 3) >> shift;
            if (shift != 0)
            {
                value |= Read(ref p, (bit >> 3) + 8) << (64 - shift);
            }
            destination[i] = (long)(value & mask) + minimum;
        }
    }

    /// <summary>One of the packed values, without unpacking the others.</summary>
    /// <param name="source">What <see cref="Pack"/> wrote with minimum 0.</param>
    /// <param name="width">Bits a value, 0 to 57.</param>
    /// <param name="index">Which value.</param>
    public static long Get(ReadOnlySpan<byte> source, int width, int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, 57);
        long bit = (long)index * width;
        int at = (int)(bit >> 3);
        ulong value = 0;
        int last = Length(index + 1, width);
        for (int i = last - 1; i >= at; i--)
        {
            value = (value << 8) | source[i];
        }
        return (long)((value >> (int)(bit & 7)) & ((1UL << width) - 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read(ref byte p, long at)
    {
        ulong value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref p, (nint)at));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }
}
