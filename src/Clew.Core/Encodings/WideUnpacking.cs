using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Clew.Core.Encodings;

/// <summary>
/// Unpacks eight integers at a time where the processor can: widths up to 25 bits, so that each lies within four bytes.
/// </summary>
/// <remarks>
/// Eight values of <em>w</em> bits take <em>w</em> bytes. Four of them lie in one load of 16 bytes, four in another; each lane picks the
/// four bytes its value lies in, moves them down by its own number of bits and keeps <em>w</em> of them.
/// </remarks>
internal static class WideUnpacking
{
    public const int WidestWidth = 25;

    /// <summary>Bytes that may be read behind the last value's.</summary>
    public const int Slack = 32;

    private static readonly Vector256<byte>[] Picks = [.. Enumerable.Range(0, WidestWidth + 1).Select(Pick)];
    private static readonly Vector256<uint>[] Shifts = [.. Enumerable.Range(0, WidestWidth + 1).Select(Shift)];

    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>Unpacks whole eights; returns how many values.</summary>
    /// <param name="from">Where the first value begins; <see cref="Slack"/> bytes behind the last one may be read.</param>
    /// <param name="minimum">Added to each.</param>
    /// <param name="width">1 to 25.</param>
    /// <param name="values">Where they go.</param>
    public static int Unpack(ref byte from, long minimum, int width, Span<long> values)
    {
        var pick = Picks[width];
        var shift = Shifts[width];
        var mask = Vector256.Create((1u << width) - 1);
        var add = Vector256.Create(minimum);
        int half = (4 * width) >> 3;
        ref long to = ref System.Runtime.InteropServices.MemoryMarshal.GetReference(values);
        int done = 0;
        for (nint at = 0; done <= values.Length - 8; done += 8, at += width)
        {
            var low = Vector128.LoadUnsafe(ref Unsafe.Add(ref from, at));
            var high = Vector128.LoadUnsafe(ref Unsafe.Add(ref from, at + half));
            var picked = Avx2.Shuffle(Vector256.Create(low, high), pick).AsUInt32();
            var numbers = Avx2.ShiftRightLogicalVariable(picked, shift) & mask;
            (Avx2.ConvertToVector256Int64(numbers.GetLower()) + add).StoreUnsafe(ref to, (nuint)done);
            (Avx2.ConvertToVector256Int64(numbers.GetUpper()) + add).StoreUnsafe(ref to, (nuint)done + 4);
        }
        return done;
    }

    /// <summary>Bit <em>i</em> is set where value <em>i</em> of 64 lies from a first to a last one.</summary>
    /// <param name="from">Where the first value begins; <see cref="Slack"/> bytes behind the last one may be read.</param>
    /// <param name="width">1 to 25.</param>
    /// <param name="first">Counted from the block's minimum.</param>
    /// <param name="last">Counted from the block's minimum, not below the first.</param>
    public static ulong Compare(ref byte from, int width, uint first, uint last)
    {
        var pick = Picks[width];
        var shift = Shifts[width];
        var mask = Vector256.Create((1u << width) - 1);
        var least = Vector256.Create(first);
        var most = Vector256.Create(last - first);
        int half = (4 * width) >> 3;
        ulong passed = 0;
        for (int done = 0, at = 0; done < 64; done += 8, at += width)
        {
            var low = Vector128.LoadUnsafe(ref Unsafe.Add(ref from, at));
            var high = Vector128.LoadUnsafe(ref Unsafe.Add(ref from, at + half));
            var picked = Avx2.Shuffle(Vector256.Create(low, high), pick).AsUInt32();
            var distance = (Avx2.ShiftRightLogicalVariable(picked, shift) & mask) - least;
            passed |= (ulong)Vector256.Equals(Vector256.Min(distance, most), distance).ExtractMostSignificantBits() << done;
        }
        return passed;
    }

    private static Vector256<byte> Pick(int width)
    {
        Span<byte> bytes = stackalloc byte[32];
        for (int lane = 0; lane < 8; lane++)
        {
            int bit = Bit(width, lane);
            for (int i = 0; i < 4; i++)
            {
                // Bytes that hold nothing of the value may lie behind the load: any other will do, for they are masked away.
                bytes[(4 * lane) + i] = (byte)Math.Min(15, (bit >> 3) + i);
            }
        }
        return Vector256.Create((ReadOnlySpan<byte>)bytes);
    }

    private static Vector256<uint> Shift(int width)
    {
        Span<uint> shifts = stackalloc uint[8];
        for (int lane = 0; lane < 8; lane++)
        {
            shifts[lane] = (uint)Bit(width, lane) & 7;
        }
        return Vector256.Create((ReadOnlySpan<uint>)shifts);
    }

    /// <summary>The lane's first bit, counted from the start of its load.</summary>
    private static int Bit(int width, int lane) => lane < 4 ? lane * width : (lane * width) - (8 * ((4 * width) >> 3));
}
