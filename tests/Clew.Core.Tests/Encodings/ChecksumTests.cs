using Clew.Core.Encodings;

namespace Clew.Core.Tests.Encodings;

public sealed class ChecksumTests
{
    /// <summary>The check value of CRC-32C, and a vector of RFC 3720.</summary>
    [Fact]
    public void Crc32CIsCastagnolis()
    {
        Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(0u, Crc32C.Of([]));
    }

    [Fact]
    public void Lanes_give_what_a_walk_bit_by_bit_gives()
    {
        byte[] bytes = new byte[100_003];
        new Random(1).NextBytes(bytes);
        uint slow = uint.MaxValue;
        foreach (byte b in bytes)
        {
            slow ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                slow = (slow >> 1) ^ ((slow & 1) * 0x82F63B78u);
            }
        }
        Assert.Equal(~slow, Crc32C.Of(bytes));
        Assert.Equal(~slow, Crc32C.Append(Crc32C.Of(bytes.AsSpan(0, 777)), bytes.AsSpan(777)));
    }

    /// <summary>Filters on disk rely on these figures.</summary>
    [Fact]
    public void TheStableHashNeverChanges()
    {
        Assert.Equal(4504802975862971530UL, StableHash.Of("service.name"u8));
        Assert.Equal(10830306461746513113UL, StableHash.Of([]));
        Assert.NotEqual(StableHash.Of("a"u8), StableHash.Of("a\0"u8));
        Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(i => StableHash.Of(BitConverter.GetBytes(i)) >> 32).Distinct().Count());
    }
}
