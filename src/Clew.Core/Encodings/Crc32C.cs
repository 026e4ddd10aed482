using System.Numerics;
using System.Runtime.InteropServices;

namespace Clew.Core.Encodings;

/// <summary>CRC-32C (Castagnoli, reflected, as in RFC 3720), by the processor's instruction where it has one: finds every error of one byte.</summary>
/// <remarks>
/// The instruction has a latency of three cycles, so three lanes run side by side over long input and are joined by tables that
/// advance a checksum over a lane's length of zeros.
/// </remarks>
public static class Crc32C
{
    private const int LaneBytes = 4096;

    private static readonly uint[] OneLane = ZeroTable(LaneBytes);
    private static readonly uint[] TwoLanes = ZeroTable(2 * LaneBytes);

    /// <summary>The checksum of the bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>Continues a checksum: <c>Append(Of(a), b)</c> is that of a and b one after the other.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        uint state = ~checksum;
        while (bytes.Length >= 3 * LaneBytes)
        {
            state = ThreeLanes(state, bytes[..(3 * LaneBytes)]);
            bytes = bytes[(3 * LaneBytes)..];
        }
        return ~OneByOne(state, bytes);
    }

    private static uint ThreeLanes(uint state, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        const int lane = LaneBytes / sizeof(ulong);
        var first = words[..lane];
        var second = words.Slice(lane, lane);
        var third = words.Slice(2 * lane, lane);
        uint a = state, b = 0, c = 0;
        for (int i = 0; i < lane; i++)
        {
            a = BitOperations.Crc32C(a, LittleEndian(first[i]));
            b = BitOperations.Crc32C(b, LittleEndian(second[i]));
            c = BitOperations.Crc32C(c, LittleEndian(third[i]));
        }
        return Advance(TwoLanes, a) ^ Advance(OneLane, b) ^ c;
    }

    private static uint OneByOne(uint state, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            state = BitOperations.Crc32C(state, LittleEndian(word));
        }
        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..])
        {
            state = BitOperations.Crc32C(state, rest);
        }
        return state;
    }

    private static ulong LittleEndian(ulong word) =>
        BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);

    private static uint Advance(uint[] table, uint state) =>
        table[(byte)state] ^ table[256 + (byte)(state >> 8)] ^ table[512 + (byte)(state >> 16)] ^ table[768 + (state >> 24)];

    /// <summary>Four tables of 256: what each byte of a state becomes after that many zeros (a linear map).</summary>
    private static uint[] ZeroTable(int zeros)
    {
        uint[] bits = new uint[32];
        for (int bit = 0; bit < bits.Length; bit++)
        {
            uint state = 1u << bit;
            for (int i = 0; i < zeros; i += sizeof(ulong))
            {
                state = BitOperations.Crc32C(state, 0UL);
            }
            bits[bit] = state;
        }
        uint[] table = new uint[4 * 256];
        for (int i = 0; i < table.Length; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                if ((i & (1 << bit)) != 0)
                {
                    table[i] ^= bits[(i >> 8 << 3) + bit];
                }
            }
        }
        return table;
    }
}
