using System.Buffers;

namespace Clew.Core.Encodings;

/// <summary>
/// Integers in blocks of 64, each with its own minimum and width, so that one outlier widens one block and not the page.
/// </summary>
/// <remarks>
/// Layout: base (signed varint), then for each block: width (1 byte, 0–56 or 64); where the width is not 64, minimum minus base
/// (varint); then the values minus the minimum, bit-packed. The number of values is known to the reader.
/// Keep in sync with docs/formats/segment.md.
/// </remarks>
internal static class PackedBlocks
{
    public const int BlockLength = 64;

    public const int RawWidth = 64;
    public const int WidestPacked = 56;

    /// <summary>Appends the values.</summary>
    /// <param name="values">What to write.</param>
    /// <param name="plan">Has measured them.</param>
    /// <param name="to">Where they go.</param>
    public static void Write(ReadOnlySpan<long> values, BlockPlan plan, IBufferWriter<byte> to)
    {
        Varint.WriteSigned(to, plan.Min);
        for (int at = 0; at < values.Length; at += BlockLength)
        {
            var block = values.Slice(at, Math.Min(BlockLength, values.Length - at));
            int index = at / BlockLength;
            int width = plan.Width(index);
            long minimum = width == RawWidth ? 0 : plan.Minimum(index);
            int length = BitPacking.Length(block.Length, width);
            var span = to.GetSpan(length + 24);
            span[0] = (byte)width;
            int head = width == RawWidth ? 1 : 1 + Varint.Write(span[1..], (ulong)(minimum - plan.Min));
            BitPacking.Pack(block, minimum, width, span[head..]);
            to.Advance(head + length);
        }
    }

    public static void Read(ref ReadOnlySpan<byte> from, Span<long> values)
    {
        long start = Varint.ReadSigned(ref from);
        for (int at = 0; at < values.Length; at += BlockLength)
        {
            var block = values.Slice(at, Math.Min(BlockLength, values.Length - at));
            Block(ref from, start, block, block.Length);
        }
    }

    /// <summary>Reads some consecutive values of <paramref name="count"/>, passing blocks before them unread. The source ends up somewhere inside.</summary>
    public static void ReadRange(ref ReadOnlySpan<byte> from, int count, int first, Span<long> values)
    {
        Span<long> block = stackalloc long[BlockLength];
        long start = Varint.ReadSigned(ref from);
        int end = first + values.Length;
        for (int at = 0; at < end; at += BlockLength)
        {
            int length = Math.Min(BlockLength, count - at);
            int low = Math.Max(first, at);
            int high = Math.Min(end, at + length);
            Block(ref from, start, low < high ? block[..length] : default, length);
            if (low < high)
            {
                block[(low - at)..(high - at)].CopyTo(values[(low - first)..]);
            }
        }
    }

    /// <summary>
    /// Undoes differences over a range: value 0 is <paramref name="sum"/>, each other one the value before plus the next of
    /// <paramref name="count"/> differences.
    /// </summary>
    public static void SumRange(ref ReadOnlySpan<byte> from, int count, int first, long sum, Span<long> values)
    {
        Span<long> block = stackalloc long[BlockLength];
        long start = Varint.ReadSigned(ref from);
        int end = first + values.Length;
        if (first == 0)
        {
            values[0] = sum;
        }
        for (int at = 0; at + 1 < end; at += BlockLength)
        {
            int length = Math.Min(BlockLength, count - at);
            Block(ref from, start, block[..length], length);
            int used = Math.Min(length, end - 1 - at);
            for (int i = 0; i < used; i++)
            {
                sum += block[i];
                int index = at + i + 1 - first;
                if (index >= 0)
                {
                    values[index] = sum;
                }
            }
        }
    }

    /// <summary>Reads one block; an empty destination passes it.</summary>
    private static void Block(ref ReadOnlySpan<byte> from, long start, scoped Span<long> block, int length)
    {
        int width = from.IsEmpty ? -1 : from[0];
        if (width is not RawWidth and (< 0 or > WidestPacked))
        {
            throw new InvalidDataException("A block of integers has an unknown width.");
        }
        from = from[1..];
        long minimum = width == RawWidth ? 0 : start + (long)Varint.Read(ref from);
        int bytes = BitPacking.Length(length, width);
        if (from.Length < bytes)
        {
            throw new InvalidDataException("Packed integers are cut short.");
        }
        if (!block.IsEmpty)
        {
            BitPacking.Unpack(from, minimum, width, block);
        }
        from = from[bytes..];
    }
}
