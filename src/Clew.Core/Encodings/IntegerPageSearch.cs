using System.Buffers;
using System.Runtime.InteropServices;

namespace Clew.Core.Encodings;

/// <summary>
/// Finds the values of an encoded page of integers that pass a test without decoding what cannot matter: blocks whose bounds rule them
/// out, blocks that nobody wants, runs after their first value. Keep in sync with <see cref="IntegerPage"/>.
/// </summary>
public static class IntegerPageSearch
{
    /// <summary>Words of 64 bits that so many rows take.</summary>
    public static int Words(int rows) => (rows + 63) >> 6;

    /// <summary>Sets the bit of each value that passes; leaves the others.</summary>
    /// <param name="source">The page.</param>
    /// <param name="count">Values in the page.</param>
    /// <param name="test">What values have to pass.</param>
    /// <param name="wanted">Words that are 0 here need not be looked at; empty: all are wanted.</param>
    /// <param name="hits">One bit a value, lowest first.</param>
    /// <exception cref="InvalidDataException">The bytes are not such a page of so many values.</exception>
    public static void Mark<TTest>(ReadOnlySpan<byte> source, int count, TTest test, ReadOnlySpan<ulong> wanted, Span<ulong> hits)
        where TTest : IValueTest
    {
        if (count == 0)
        {
            return;
        }
        if (source.IsEmpty || source[0] >> 4 >= IntegerPage.Scales.Length)
        {
            throw new InvalidDataException("A page of integers has no head.");
        }
        int form = source[0] & 15;
        long scale = IntegerPage.Scales[source[0] >> 4];
        var body = source[1..];
        switch (form)
        {
            case IntegerPage.Constant when scale == 1:
                if (test.Passes(Varint.ReadSigned(ref body)))
                {
                    SetRange(hits, 0, count);
                }
                break;
            case IntegerPage.Packed:
                MarkPacked(body, count, scale, test, wanted, hits);
                break;
            case IntegerPage.Runs when scale == 1:
                MarkRuns(body, count, test, hits);
                break;
            default:
                MarkDecoded(source, count, test, wanted, hits);
                break;
        }
    }

    /// <summary>The same of values that are decoded already.</summary>
    public static void Mark<TTest>(ReadOnlySpan<long> values, TTest test, ReadOnlySpan<ulong> wanted, Span<ulong> hits)
        where TTest : IValueTest
    {
        for (int word = 0; word << 6 < values.Length; word++)
        {
            if (wanted.IsEmpty || wanted[word] != 0)
            {
                int first = word << 6;
                hits[word] |= test.Pass(values.Slice(first, Math.Min(64, values.Length - first)));
            }
        }
    }

    /// <summary>Sets consecutive bits.</summary>
    public static void SetRange(Span<ulong> bits, int first, int count)
    {
        while (count > 0)
        {
            int offset = first & 63;
            int length = Math.Min(64 - offset, count);
            bits[first >> 6] |= (length == 64 ? ulong.MaxValue : (1UL << length) - 1) << offset;
            first += length;
            count -= length;
        }
    }

    private static void MarkPacked<TTest>(ReadOnlySpan<byte> source, int count, long scale, TTest test, ReadOnlySpan<ulong> wanted, Span<ulong> hits)
        where TTest : IValueTest
    {
        Span<long> values = stackalloc long[PackedBlocks.BlockLength];
        var range = scale == 1 && WideUnpacking.IsSupported ? test.Range : null;
        long start = Varint.ReadSigned(ref source);
        for (int word = 0; word << 6 < count; word++)
        {
            int length = Math.Min(PackedBlocks.BlockLength, count - (word << 6));
            int width = source.IsEmpty ? -1 : source[0];
            if (width is not 64 and (< 0 or > 56))
            {
                throw new InvalidDataException("A block of integers has an unknown width.");
            }
            source = source[1..];
            long minimum = width == 64 ? 0 : start + (long)Varint.Read(ref source);
            int bytes = BitPacking.Length(length, width);
            if (source.Length < bytes)
            {
                throw new InvalidDataException("Packed integers are cut short.");
            }
            if (wanted.IsEmpty || wanted[word] != 0)
            {
                if (width == 0)
                {
                    hits[word] |= test.Passes(minimum * scale) ? (length == 64 ? ulong.MaxValue : (1UL << length) - 1) : 0;
                }
                else if (range is { } wanting && width <= WideUnpacking.WidestWidth && length == 64 && source.Length >= bytes + WideUnpacking.Slack)
                {
                    // In a block's own numbers: from its minimum to the largest that its width allows. Bounds were computed by adding to the
                    // minimum, which cannot pass 64 bits for values that were written, and does no harm for others.
                    long first = Math.Max(wanting.First, minimum);
                    long last = Math.Min(wanting.Last, minimum + ((1L << width) - 1));
                    if (first <= last)
                    {
                        hits[word] |= WideUnpacking.Compare(
                            ref MemoryMarshal.GetReference(source), width, (uint)(first - minimum), (uint)(last - minimum));
                    }
                }
                else if (width == 64 || MayPass(test, minimum, width, scale))
                {
                    var block = values[..length];
                    BitPacking.Unpack(source, minimum, width, block);
                    if (scale != 1)
                    {
                        foreach (ref long value in block)
                        {
                            value *= scale;
                        }
                    }
                    hits[word] |= test.Pass(block);
                }
            }
            source = source[bytes..];
        }
    }

    /// <summary>By the bounds of a block; those that pass 64 bits rule nothing out.</summary>
    private static bool MayPass<TTest>(TTest test, long minimum, int width, long scale)
        where TTest : IValueTest
    {
        var most = ((Int128)minimum + ((1L << width) - 1)) * scale;
        var least = (Int128)minimum * scale;
        return most > long.MaxValue || least < long.MinValue || test.MayPass((long)least, (long)most);
    }

    private static void MarkRuns<TTest>(ReadOnlySpan<byte> source, int count, TTest test, Span<ulong> hits)
        where TTest : IValueTest
    {
        int runs = Varint.ReadInt(ref source, count);
        long[] rented = ArrayPool<long>.Shared.Rent(2 * runs);
        var values = rented.AsSpan(0, runs);
        var lengths = rented.AsSpan(runs, runs);
        PackedBlocks.Read(ref source, values);
        PackedBlocks.Read(ref source, lengths);
        int at = 0;
        for (int first = 0; first < runs; first += 64)
        {
            var block = values.Slice(first, Math.Min(64, runs - first));
            ulong passed = test.Pass(block);
            for (int i = 0; i < block.Length; i++)
            {
                if ((ulong)lengths[first + i] >= (ulong)(count - at))
                {
                    throw new InvalidDataException("A run is longer than its page.");
                }
                int length = (int)lengths[first + i] + 1;
                if ((passed >> i & 1) != 0)
                {
                    SetRange(hits, at, length);
                }
                at += length;
            }
        }
        ArrayPool<long>.Shared.Return(rented);
        if (at != count)
        {
            throw new InvalidDataException("Runs are shorter than their page.");
        }
    }

    private static void MarkDecoded<TTest>(ReadOnlySpan<byte> source, int count, TTest test, ReadOnlySpan<ulong> wanted, Span<ulong> hits)
        where TTest : IValueTest
    {
        long[] rented = ArrayPool<long>.Shared.Rent(count);
        try
        {
            var values = rented.AsSpan(0, count);
            IntegerPage.Decode(ref source, values);
            Mark(values, test, wanted, hits);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }
}
