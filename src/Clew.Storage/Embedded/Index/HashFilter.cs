namespace Clew.Storage.Embedded.Index;

/// <summary>Which hashes a segment may hold: a <see cref="BloomFilter"/> in memory, one cache line looked at for each question. Immutable.</summary>
internal sealed class HashFilter
{
    private readonly byte[] bits;

    /// <param name="hashes">Well-mixed; those that come again cost memory, no more.</param>
    /// <param name="bitsPerEntry">12: one answer of 200 is a false "maybe", 16: one of 1,000.</param>
    public HashFilter(ReadOnlySpan<ulong> hashes, int bitsPerEntry)
    {
        bits = new byte[BloomFilter.Length(hashes.Length, bitsPerEntry)];
        foreach (ulong hash in hashes)
        {
            BloomFilter.Add(bits, hash);
        }
    }

    /// <param name="bits">As <see cref="Bits"/> gave them; owned from now on.</param>
    public HashFilter(byte[] bits) => this.bits = bits;

    /// <summary>Says "maybe" to everything.</summary>
    public static HashFilter Full { get; } = new([.. Enumerable.Repeat(byte.MaxValue, BloomFilter.Fitting(1))]);

    /// <summary>What it consists of, to be stored.</summary>
    public ReadOnlySpan<byte> Bits => bits;

    /// <summary>About the memory it takes.</summary>
    public long Bytes => bits.Length + 48;

    /// <summary>False where the hash was surely not among those.</summary>
    public bool MayContain(ulong hash) => BloomFilter.MayContain(bits, hash);
}
