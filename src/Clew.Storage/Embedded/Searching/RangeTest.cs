using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Clew.Storage.Embedded.Searching;

/// <summary>Values from first to last, both included.</summary>
internal sealed class RangeTest(long first, long last) : ValueTest
{
    // One unsigned comparison, no branch.
    private readonly ulong width = (ulong)last - (ulong)first;

    public static RangeTest All { get; } = new(long.MinValue, long.MaxValue);

    public override int Cost => 1;

    public override (long First, long Last)? Range => (first, last);

    /// <summary>The same of values that count as 0 where they are negative; null where none can pass.</summary>
    public RangeTest? OfClamped => last < 0 ? null : first > 0 ? this : new RangeTest(long.MinValue, last);

    public override bool Passes(long value) => (ulong)value - (ulong)first <= width;

    public override bool MayPass(long min, long max) => max >= first && min <= last;

    public override ulong Pass(ReadOnlySpan<long> values)
    {
        ulong passed = 0;
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref long start = ref MemoryMarshal.GetReference(values);
            var from = Vector256.Create(first);
            var most = Vector256.Create(width);
            for (; i <= values.Length - Vector256<long>.Count; i += Vector256<long>.Count)
            {
                var distance = (Vector256.LoadUnsafe(ref start, (nuint)i) - from).AsUInt64();
                passed |= (ulong)Vector256.LessThanOrEqual(distance, most).ExtractMostSignificantBits() << i;
            }
        }
        for (; i < values.Length; i++)
        {
            passed |= Passes(values[i]) ? 1UL << i : 0;
        }
        return passed;
    }
}
