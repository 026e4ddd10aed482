using System.Buffers.Binary;

namespace Clew.Storage.Embedded.Index;

/// <summary>
/// A split-block Bloom filter: blocks of 256 bits, eight bits set in one block for each entry. Those of dictionary pages, on disk, have
/// about 10 bits an entry (1 % false answers).
/// </summary>
/// <remarks>Keep in sync with docs/formats/segment.md.</remarks>
internal static class BloomFilter
{
    private const int BitsPerEntry = 10;
    private const int BlockBytes = 32;

    private static readonly uint[] Salts =
        [0x47B6137B, 0x44974D91, 0x8824AD5B, 0xA2B7289D, 0x705495C7, 0x2DF1424B, 0x9EFC4947, 0x5C6BFB31];

    /// <summary>Bytes of a dictionary page's filter of so many entries.</summary>
    public static int Length(int entries) => Length(entries, BitsPerEntry);

    /// <summary>Bytes of a filter of so many entries.</summary>
    public static int Length(int entries, int bitsPerEntry) =>
        (int)Math.Clamp((((long)entries * bitsPerEntry) + 255) / 256, 1, Array.MaxLength / BlockBytes) * BlockBytes;

    /// <summary>The nearest length that a filter can have, from so many bytes upwards.</summary>
    public static int Fitting(int bytes) => Math.Max(1, (bytes + BlockBytes - 1) / BlockBytes) * BlockBytes;

    public static void Add(Span<byte> filter, ulong hash)
    {
        var block = filter.Slice(Block(filter.Length, hash), BlockBytes);
        for (int i = 0; i < Salts.Length; i++)
        {
            int bit = Bit(hash, i);
            block[(4 * i) + (bit >> 3)] |= (byte)(1 << (bit & 7));
        }
    }

    /// <summary>False where the entry was surely not added.</summary>
    public static bool MayContain(ReadOnlySpan<byte> filter, ulong hash)
    {
        var block = filter.Slice(Block(filter.Length, hash), BlockBytes);
        for (int i = 0; i < Salts.Length; i++)
        {
            if ((BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]) & (1u << Bit(hash, i))) == 0)
            {
                return false;
            }
        }
        return true;
    }

    private static int Block(int bytes, ulong hash) => (int)(((hash >> 32) * (ulong)(bytes / BlockBytes)) >> 32) * BlockBytes;

    private static int Bit(ulong hash, int i) => (int)(((uint)hash * Salts[i]) >> 27);
}
