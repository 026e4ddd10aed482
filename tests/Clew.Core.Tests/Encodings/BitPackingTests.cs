using Clew.Core.Encodings;

namespace Clew.Core.Tests.Encodings;

/// <summary>Bits against a slow reader that takes them one by one.</summary>
public sealed class BitPackingTests
{
    [Fact]
    public void EveryWidthAndLength()
    {
        var random = new Random(1);
        for (int width = 0; width <= 64; width++)
        {
            foreach (int count in new[] { 1, 7, 63, 64, 65 })
            {
                long mask = width == 64 ? -1 : (1L << width) - 1;
                long minimum = random.NextInt64(long.MinValue, long.MaxValue);
                long[] values = [.. Enumerable.Range(0, count).Select(_ => minimum + (random.NextInt64(long.MinValue, long.MaxValue) & mask))];
                byte[] bytes = new byte[BitPacking.Length(count, width) + 8];
                BitPacking.Pack(values, minimum, width, bytes);
                byte[] exact = bytes[..BitPacking.Length(count, width)];
                long[] read = new long[count];
                BitPacking.Unpack(exact, minimum, width, read);
                Assert.Equal(values, read);
                for (int i = 0; i < count; i++)
                {
                    Assert.Equal(values[i] - minimum, Slow(exact, width, i));
                    if (width <= 57)
                    {
                        Assert.Equal(values[i] - minimum, BitPacking.Get(exact, width, i));
                    }
                }
            }
        }
    }

    [Fact]
    public void TooFewBytesAreRefused() =>
        Assert.Throws<InvalidDataException>(() => BitPacking.Unpack(new byte[7], 0, 8, new long[8]));

    private static long Slow(byte[] bytes, int width, int index)
    {
        ulong value = 0;
        for (int i = 0; i < width; i++)
        {
            int bit = (index * width) + i;
            value |= (ulong)((bytes[bit >> 3] >> (bit & 7)) & 1) << i;
        }
        return (long)value;
    }
}
