using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Clew.Core.Encodings;

/// <summary>
/// How <see cref="PackedBlocks"/> will write some integers: minimum and width of each block, bounds and length of all. Reused; bounded by
/// the longest page.
/// </summary>
internal sealed class BlockPlan
{
    private long[] minima = [];
    private byte[] widths = [];

    /// <summary>About how many bytes <see cref="PackedBlocks.Write"/> takes.</summary>
    public int Length { get; private set; }

    /// <summary>The smallest value.</summary>
    public long Min { get; private set; }

    /// <summary>The largest value.</summary>
    public long Max { get; private set; }

    public long Minimum(int block) => minima[block];

    public int Width(int block) => widths[block];

    public void Measure(ReadOnlySpan<long> values)
    {
        int blocks = (values.Length + PackedBlocks.BlockLength - 1) / PackedBlocks.BlockLength;
        if (minima.Length < blocks)
        {
            minima = new long[Math.Max(blocks, minima.Length * 2)];
            widths = new byte[minima.Length];
        }
        int total = 5;
        long smallest = values.IsEmpty ? 0 : long.MaxValue;
        long largest = values.IsEmpty ? 0 : long.MinValue;
        for (int i = 0; i < blocks; i++)
        {
            int at = i * PackedBlocks.BlockLength;
            var block = values.Slice(at, Math.Min(PackedBlocks.BlockLength, values.Length - at));
            var (min, max) = Bounds(block);
            int width = 64 - BitOperations.LeadingZeroCount((ulong)max - (ulong)min);
            width = width > PackedBlocks.WidestPacked ? PackedBlocks.RawWidth : width;
            minima[i] = min;
            widths[i] = (byte)width;
            total += 2 + BitPacking.Length(block.Length, width);
            smallest = Math.Min(smallest, min);
            largest = Math.Max(largest, max);
        }
        (Length, Min, Max) = (total, smallest, largest);
    }

    /// <summary>Smallest and largest of at least one value.</summary>
    private static (long Min, long Max) Bounds(ReadOnlySpan<long> values)
    {
        long min = values[0];
        long max = min;
        int i = 0;
        if (Vector256.IsHardwareAccelerated && values.Length >= 2 * Vector256<long>.Count)
        {
            ref long first = ref MemoryMarshal.GetReference(values);
            var low = Vector256.LoadUnsafe(ref first);
            var high = low;
            for (i = Vector256<long>.Count; i <= values.Length - Vector256<long>.Count; i += Vector256<long>.Count)
            {
                var next = Vector256.LoadUnsafe(ref first, (nuint)i);
                low = Vector256.Min(low, next);
                high = Vector256.Max(high, next);
            }
            for (int lane = 0; lane < Vector256<long>.Count; lane++)
            {
                min = Math.Min(min, low[lane]);
                max = Math.Max(max, high[lane]);
            }
        }
        for (; i < values.Length; i++)
        {
            min = Math.Min(min, values[i]);
            max = Math.Max(max, values[i]);
        }
        return (min, max);
    }
}
