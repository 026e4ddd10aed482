using System.Numerics;
using System.Runtime.Intrinsics.X86;
using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Searching;

/// <summary>Sets of rows of a group: one bit a row, lowest first.</summary>
internal static class RowBits
{
    /// <summary>Sets the first bits and no others.</summary>
    public static void Fill(Span<ulong> bits, int rows)
    {
        bits.Clear();
        IntegerPageSearch.SetRange(bits, 0, rows);
    }

    public static bool Any(ReadOnlySpan<ulong> bits) => bits.ContainsAnyExcept(0UL);

    public static int Count(ReadOnlySpan<ulong> bits)
    {
        int count = 0;
        foreach (ulong word in bits)
        {
            count += BitOperations.PopCount(word);
        }
        return count;
    }

    /// <summary>The first row from there on that is set, or −1.</summary>
    public static int Next(ReadOnlySpan<ulong> bits, int from)
    {
        int word = from >> 6;
        if (word >= bits.Length)
        {
            return -1;
        }
        ulong rest = bits[word] & (ulong.MaxValue << (from & 63));
        while (rest == 0)
        {
            if (++word == bits.Length)
            {
                return -1;
            }
            rest = bits[word];
        }
        return (word << 6) + BitOperations.TrailingZeroCount(rest);
    }

    /// <summary>Lists the rows that are set; returns how many.</summary>
    public static int List(ReadOnlySpan<ulong> bits, Span<int> rows)
    {
        int count = 0;
        for (int word = 0; word < bits.Length; word++)
        {
            for (ulong rest = bits[word]; rest != 0; rest &= rest - 1)
            {
                rows[count++] = (word << 6) + BitOperations.TrailingZeroCount(rest);
            }
        }
        return count;
    }

    /// <summary>
    /// Brings marks of values to the rows that have the values: the <em>n</em>th row that is set in <paramref name="having"/> has the
    /// <em>n</em>th value.
    /// </summary>
    public static void Spread(ReadOnlySpan<ulong> values, ReadOnlySpan<ulong> having, Span<ulong> hits)
    {
        int at = 0;
        for (int word = 0; word < having.Length; word++)
        {
            int count = BitOperations.PopCount(having[word]);
            if (count == 0)
            {
                continue;
            }
            int offset = at & 63;
            ulong next = at >> 6 < values.Length ? values[at >> 6] >> offset : 0;
            if (offset > 0 && (at >> 6) + 1 < values.Length)
            {
                next |= values[(at >> 6) + 1] << (64 - offset);
            }
            hits[word] |= Deposit(next, having[word]);
            at += count;
        }
    }

    private static ulong Deposit(ulong values, ulong places)
    {
        if (Bmi2.X64.IsSupported)
        {
            return Bmi2.X64.ParallelBitDeposit(values, places);
        }
        ulong result = 0;
        for (; places != 0; places &= places - 1, values >>= 1)
        {
            result |= (values & 1) != 0 ? places & (0 - places) : 0;
        }
        return result;
    }
}
