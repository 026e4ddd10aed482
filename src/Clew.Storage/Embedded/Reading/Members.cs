using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Clew.Storage.Embedded.Reading;

/// <summary>A set of the numbers from 0 on that a page is searched for. Numbers past the set's size are damage.</summary>
internal sealed class Members
{
    private readonly bool[] members;
    private readonly ulong bits; // of the first 64

    public Members(bool[] members)
    {
        this.members = members;
        for (int i = 0; i < Math.Min(64, members.Length); i++)
        {
            bits |= members[i] ? 1UL << i : 0;
        }
    }

    public bool this[long number] => (ulong)number < (ulong)members.Length
        ? members[number]
        : throw new SegmentDamagedException($"There are {members.Length} entries and no entry {number}.");

    public bool HasAny(long min, long max)
    {
        // Bounds of a block reach further than its values do.
        min = Math.Max(0, min);
        max = Math.Min(members.Length - 1, max);
        return max >= min && members.AsSpan((int)min, (int)(max - min) + 1).Contains(true);
    }

    /// <summary>Bit <em>i</em> is set where value <em>i</em> is a member; at most 64 values.</summary>
    public ulong Pass(ReadOnlySpan<long> values)
    {
        ulong passed = 0;
        int i = 0;
        if (Avx2.IsSupported && members.Length <= 64)
        {
            // The set as one word, moved down by each value: its lowest bit says whether the value is a member.
            ref long start = ref MemoryMarshal.GetReference(values);
            var set = Vector256.Create(bits);
            var most = Vector256.Create((ulong)members.Length - 1);
            var beyond = Vector256<ulong>.Zero;
            for (; i <= values.Length - 4; i += 4)
            {
                var numbers = Vector256.LoadUnsafe(ref start, (nuint)i).AsUInt64();
                beyond |= Vector256.GreaterThan(numbers, most);
                passed |= (ulong)(Avx2.ShiftRightLogicalVariable(set, numbers) << 63).ExtractMostSignificantBits() << i;
            }
            if (beyond != Vector256<ulong>.Zero)
            {
                throw new SegmentDamagedException($"There are {members.Length} entries and no such entry.");
            }
        }
        for (; i < values.Length; i++)
        {
            passed |= this[values[i]] ? 1UL << i : 0;
        }
        return passed;
    }
}
