using System.Buffers;
using Clew.Core.Encodings;

namespace Clew.Storage.Tests.Encodings;

/// <summary>A part of a page is what decoding all of it and cutting gives, in every form.</summary>
public sealed class IntegerPageRangeTests
{
    [Fact]
    public void EveryRangeIsThatOfTheWholePage()
    {
        var random = new Random(1);
        var encoder = new IntegerPage();
        for (int round = 0; round < 600; round++)
        {
            long[] values = Values(random, random.Next(1, 700));
            var to = new ArrayBufferWriter<byte>();
            encoder.Encode(values, to);
            for (int i = 0; i < 20; i++)
            {
                int first = random.Next(values.Length + 1);
                long[] part = new long[random.Next(values.Length - first + 1)];
                IntegerPage.DecodeRange(to.WrittenSpan, values.Length, first, part);
                Assert.Equal(values.AsSpan(first, part.Length).ToArray(), part);
            }
        }
    }

    [Fact]
    public void APageCutShortIsRefusedOrTheRangeLiesBeforeTheCut()
    {
        var random = new Random(2);
        var encoder = new IntegerPage();
        for (int round = 0; round < 300; round++)
        {
            long[] values = Values(random, 300);
            var to = new ArrayBufferWriter<byte>();
            encoder.Encode(values, to);
            byte[] cut = to.WrittenSpan[..random.Next(to.WrittenCount)].ToArray();
            int first = random.Next(300);
            long[] part = new long[random.Next(1, 301 - first)];
            try
            {
                IntegerPage.DecodeRange(cut, values.Length, first, part);
            }
            catch (Exception failure) when (failure is InvalidDataException or ArgumentException or IndexOutOfRangeException)
            {
                continue;
            }
            Assert.Equal(values.AsSpan(first, part.Length).ToArray(), part);
        }
    }

    [Fact]
    public void ARangeOutsideThePageIsRefused()
    {
        Assert.ThrowsAny<ArgumentException>(() => IntegerPage.DecodeRange([0, 2], 10, 8, new long[3]));
        Assert.ThrowsAny<ArgumentException>(() => IntegerPage.DecodeRange([0, 2], 10, -1, new long[3]));
    }

    private static long[] Values(Random random, int count)
    {
        int form = random.Next(6);
        long at = random.NextInt64(1_000_000_000);
        long scale = random.Next(4) switch { 0 => 100, 1 => 1_000, 2 => 1_000_000, _ => 1 };
        var values = new long[count];
        for (int i = 0; i < count; i++)
        {
            at += form == 1 ? random.Next(50) : 0;
            values[i] = form switch
            {
                0 => 7,
                1 => at * scale,
                2 => random.Next(1000) * scale,
                3 => random.NextInt64(long.MinValue, long.MaxValue),
                4 => (i / 40) * scale,
                _ => random.Next(30) == 0 ? long.MinValue : random.Next(5),
            };
        }
        return values;
    }
}
