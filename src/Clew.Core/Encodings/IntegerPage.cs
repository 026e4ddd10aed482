using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Clew.Core.Encodings;

/// <summary>
/// One page of a column of integers, in whichever of four forms is smallest: all equal, packed, packed differences, packed runs.
/// Values that are all multiples of 100, 1,000 or 1,000,000 (clocks coarser than a nanosecond) are divided first.
/// </summary>
/// <remarks>
/// Layout: form (low 4 bits) and scale (high 4 bits: 0 none, 1 hundred, 2 thousand, 3 million) in 1 byte, then
/// constant: signed varint · packed: <c>PackedBlocks</c> · differences: first value (signed varint), blocks of the others minus
/// their predecessor · runs: their number (varint), blocks of the values, blocks of the lengths minus 1.
/// The number of values is known to the reader; a page without values has no bytes. Keep in sync with docs/formats/segment.md.
/// The encoder reuses its memory and belongs to one thread at a time.
/// </remarks>
public sealed class IntegerPage
{
    internal const int Constant = 0;
    internal const int Packed = 1;
    internal const int Differences = 2;
    internal const int Runs = 3;

    internal static readonly long[] Scales = [1, 100, 1_000, 1_000_000];

    private readonly BlockPlan packed = new();
    private readonly BlockPlan stepped = new();
    private readonly BlockPlan ofRunValues = new();
    private readonly BlockPlan ofRunLengths = new();
    private long[] scaled = [];
    private long[] differences = [];
    private long[] runValues = [];
    private long[] runLengths = [];

    /// <summary>Appends the encoded page.</summary>
    public void Encode(ReadOnlySpan<long> values, IBufferWriter<byte> to) => Encode(values, to, out _, out _);

    /// <summary>Appends the encoded page.</summary>
    /// <param name="values">The page.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="min">The smallest value; 0 where there is none.</param>
    /// <param name="max">The largest.</param>
    public void Encode(ReadOnlySpan<long> values, IBufferWriter<byte> to, out long min, out long max)
    {
        min = max = 0;
        if (values.IsEmpty)
        {
            return;
        }
        int runs = 1 + Changes(values);
        if (runs == 1)
        {
            min = max = values[0];
            EncodeConstant(min, to);
            return;
        }
        int scale = Scale(values);
        if (scale > 0)
        {
            EnsureLength(ref scaled, values.Length);
            for (int i = 0; i < values.Length; i++)
            {
                scaled[i] = values[i] / Scales[scale];
            }
            values = scaled.AsSpan(0, values.Length);
        }
        packed.Measure(values);
        min = packed.Min * Scales[scale];
        max = packed.Max * Scales[scale];
        EnsureLength(ref differences, values.Length);
        var steps = differences.AsSpan(0, values.Length - 1);
        Subtract(values, steps);
        stepped.Measure(steps);
        int stepsLength = stepped.Length + 4;
        if (runs < values.Length / 2 && RunsLength(values, runs) is int runsLength && runsLength < Math.Min(packed.Length, stepsLength))
        {
            Head(to, Runs, scale);
            Varint.Write(to, (ulong)runs);
            PackedBlocks.Write(runValues.AsSpan(0, runs), ofRunValues, to);
            PackedBlocks.Write(runLengths.AsSpan(0, runs), ofRunLengths, to);
        }
        else if (stepsLength < packed.Length)
        {
            Head(to, Differences, scale);
            Varint.WriteSigned(to, values[0]);
            PackedBlocks.Write(steps, stepped, to);
        }
        else
        {
            Head(to, Packed, scale);
            PackedBlocks.Write(values, packed, to);
        }
    }

    /// <summary>Appends a page of equal values.</summary>
    public static void EncodeConstant(long value, IBufferWriter<byte> to)
    {
        Head(to, Constant, 0);
        Varint.WriteSigned(to, value);
    }

    /// <summary>Fills the destination with the page's values and moves the source past them.</summary>
    /// <exception cref="InvalidDataException">The bytes are not such a page of so many values.</exception>
    public static void Decode(ref ReadOnlySpan<byte> source, Span<long> destination)
    {
        if (destination.IsEmpty)
        {
            return;
        }
        if (source.IsEmpty || source[0] >> 4 >= Scales.Length)
        {
            throw new InvalidDataException("A page of integers has no head.");
        }
        int form = source[0] & 15;
        long scale = Scales[source[0] >> 4];
        source = source[1..];
        switch (form)
        {
            case Constant:
                destination.Fill(Varint.ReadSigned(ref source));
                break;
            case Packed:
                PackedBlocks.Read(ref source, destination);
                break;
            case Differences:
                destination[0] = Varint.ReadSigned(ref source);
                PackedBlocks.Read(ref source, destination[1..]);
                long sum = destination[0];
                for (int i = 1; i < destination.Length; i++)
                {
                    sum += destination[i];
                    destination[i] = sum;
                }
                break;
            case Runs:
                DecodeRuns(ref source, destination.Length, 0, destination);
                break;
            default:
                throw new InvalidDataException("A page of integers has an unknown form.");
        }
        if (scale != 1)
        {
            foreach (ref long value in destination)
            {
                value *= scale;
            }
        }
    }

    /// <summary>Fills the destination with some consecutive values of the page and decodes as little as that takes.</summary>
    /// <param name="source">The page.</param>
    /// <param name="count">Values in the page.</param>
    /// <param name="first">The first value wanted.</param>
    /// <param name="destination">As long as values are wanted.</param>
    /// <exception cref="InvalidDataException">The bytes are not such a page of so many values.</exception>
    public static void DecodeRange(ReadOnlySpan<byte> source, int count, int first, Span<long> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)first + (uint)destination.Length, (uint)count, nameof(first));
        if (destination.IsEmpty)
        {
            return;
        }
        int form = source.IsEmpty ? -1 : source[0] & 15;
        if (destination.Length == count || form is not (Packed or Differences or Runs))
        {
            DecodePart(source, count, first, destination);
            return;
        }
        if (source[0] >> 4 >= Scales.Length)
        {
            throw new InvalidDataException("A page of integers has no head.");
        }
        long scale = Scales[source[0] >> 4];
        source = source[1..];
        if (form == Packed)
        {
            PackedBlocks.ReadRange(ref source, count, first, destination);
        }
        else if (form == Runs)
        {
            DecodeRuns(ref source, count, first, destination);
        }
        else
        {
            long start = Varint.ReadSigned(ref source);
            PackedBlocks.SumRange(ref source, count - 1, first, start, destination);
        }
        if (scale != 1)
        {
            foreach (ref long value in destination)
            {
                value *= scale;
            }
        }
    }

    /// <summary>By decoding everything.</summary>
    private static void DecodePart(ReadOnlySpan<byte> source, int count, int first, Span<long> destination)
    {
        if (destination.Length == count)
        {
            Decode(ref source, destination);
            return;
        }
        long[] rented = ArrayPool<long>.Shared.Rent(count);
        try
        {
            Decode(ref source, rented.AsSpan(0, count));
            rented.AsSpan(first, destination.Length).CopyTo(destination);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    /// <summary>Decodes some consecutive values; runs before and behind them are only counted.</summary>
    private static void DecodeRuns(ref ReadOnlySpan<byte> source, int count, int first, Span<long> destination)
    {
        int runs = Varint.ReadInt(ref source, count);
        long[] rented = ArrayPool<long>.Shared.Rent(2 * runs);
        var values = rented.AsSpan(0, runs);
        var lengths = rented.AsSpan(runs, runs);
        PackedBlocks.Read(ref source, values);
        PackedBlocks.Read(ref source, lengths);
        int end = first + destination.Length;
        int at = 0;
        for (int i = 0; i < runs; i++)
        {
            if ((ulong)lengths[i] >= (ulong)(count - at))
            {
                throw new InvalidDataException("A run is longer than its page.");
            }
            int next = at + (int)lengths[i] + 1;
            int from = Math.Max(at, first);
            int to = Math.Min(next, end);
            if (from < to)
            {
                destination[(from - first)..(to - first)].Fill(values[i]);
            }
            at = next;
        }
        ArrayPool<long>.Shared.Return(rented);
        if (at != count)
        {
            throw new InvalidDataException("Runs are shorter than their page.");
        }
    }

    /// <summary>Each value minus the one before.</summary>
    private static void Subtract(ReadOnlySpan<long> values, Span<long> steps)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref long first = ref MemoryMarshal.GetReference(values);
            ref long to = ref MemoryMarshal.GetReference(steps);
            for (; i <= steps.Length - Vector256<long>.Count; i += Vector256<long>.Count)
            {
                (Vector256.LoadUnsafe(ref first, (nuint)i + 1) - Vector256.LoadUnsafe(ref first, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
            }
        }
        for (; i < steps.Length; i++)
        {
            steps[i] = values[i + 1] - values[i];
        }
    }

    private int RunsLength(ReadOnlySpan<long> values, int runs)
    {
        EnsureLength(ref runValues, runs);
        EnsureLength(ref runLengths, runs);
        int run = 0;
        int start = 0;
        int i = 1;
        if (Vector256.IsHardwareAccelerated)
        {
            ref long first = ref MemoryMarshal.GetReference(values);
            for (; i <= values.Length - Vector256<long>.Count; i += Vector256<long>.Count)
            {
                var equal = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)i), Vector256.LoadUnsafe(ref first, (nuint)(i - 1)));
                for (uint ends = ~equal.ExtractMostSignificantBits() & 15; ends != 0; ends &= ends - 1)
                {
                    int end = i + BitOperations.TrailingZeroCount(ends);
                    runValues[run] = values[start];
                    runLengths[run++] = end - start - 1;
                    start = end;
                }
            }
        }
        for (; i < values.Length; i++)
        {
            if (values[i] != values[i - 1])
            {
                runValues[run] = values[start];
                runLengths[run++] = i - start - 1;
                start = i;
            }
        }
        runValues[run] = values[start];
        runLengths[run] = values.Length - start - 1;
        ofRunValues.Measure(runValues.AsSpan(0, runs));
        ofRunLengths.Measure(runLengths.AsSpan(0, runs));
        return ofRunValues.Length + ofRunLengths.Length;
    }

    /// <summary>How many values differ from the one before.</summary>
    private static int Changes(ReadOnlySpan<long> values)
    {
        int i = 1;
        int changes = 0;
        if (Vector256.IsHardwareAccelerated && values.Length > Vector256<long>.Count)
        {
            ref long first = ref MemoryMarshal.GetReference(values);
            var equal = Vector256<long>.Zero; // minus the number of equal pairs, by lane
            for (; i <= values.Length - Vector256<long>.Count; i += Vector256<long>.Count)
            {
                equal += Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)i), Vector256.LoadUnsafe(ref first, (nuint)(i - 1)));
            }
            changes = i - 1 + (int)Vector256.Sum(equal);
        }
        for (; i < values.Length; i++)
        {
            changes += values[i] != values[i - 1] ? 1 : 0;
        }
        return changes;
    }

    /// <summary>The largest divisor that all have; each is a multiple of those before it.</summary>
    private static int Scale(ReadOnlySpan<long> values)
    {
        foreach (long value in values)
        {
            if (value % 100 != 0)
            {
                return 0;
            }
        }
        for (int scale = Scales.Length - 1; scale > 1; scale--)
        {
            bool all = true;
            foreach (long value in values)
            {
                if (value % Scales[scale] != 0)
                {
                    all = false;
                    break;
                }
            }
            if (all)
            {
                return scale;
            }
        }
        return 1;
    }

    private static void Head(IBufferWriter<byte> to, int form, int scale)
    {
        to.GetSpan(1)[0] = (byte)(form | (scale << 4));
        to.Advance(1);
    }

    private static void EnsureLength(ref long[] array, int length)
    {
        if (array.Length < length)
        {
            array = new long[Math.Max(length, array.Length * 2)];
        }
    }
}
