using System.Buffers;
using Clew.Core.Encodings;

namespace Clew.Core.Tests.Encodings;

/// <summary>Every form of a page gives back what was put in.</summary>
public sealed class IntegerPageTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void WhatIsWrittenIsRead(int seed)
    {
        var random = new Random(seed);
        var encoder = new IntegerPage();
        for (int i = 0; i < 400; i++)
        {
            long[] values = Draw(random, random.Next(0, 700));
            var bytes = new ArrayBufferWriter<byte>();
            encoder.Encode(values, bytes);
            ReadOnlySpan<byte> source = bytes.WrittenSpan;
            long[] read = new long[values.Length];
            IntegerPage.Decode(ref source, read);
            Assert.Equal(values, read);
            Assert.True(source.IsEmpty, "bytes are left over");
        }
    }

    [Theory]
    [InlineData(new long[] { 5, 5, 5, 5, 5, 5, 5, 5 }, 2)]
    [InlineData(new long[] { 100, 200, 300, 400, 500, 600, 700, 800 }, 8)]
    [InlineData(new long[] { long.MinValue, long.MaxValue, 0, -1, 1, long.MinValue }, 64)]
    public void PagesAreSmall(long[] values, int atMost)
    {
        var bytes = new ArrayBufferWriter<byte>();
        new IntegerPage().Encode(values, bytes);
        Assert.InRange(bytes.WrittenCount, 1, atMost);
    }

    [Fact]
    public void BrokenPagesAreRefusedOrReadButNothingElse()
    {
        var random = new Random(5);
        var encoder = new IntegerPage();
        for (int i = 0; i < 3000; i++)
        {
            long[] values = Draw(random, random.Next(1, 300));
            var writer = new ArrayBufferWriter<byte>();
            encoder.Encode(values, writer);
            byte[] bytes = writer.WrittenSpan.ToArray();
            if (random.Next(2) == 0)
            {
                bytes = bytes[..random.Next(bytes.Length)];
            }
            else
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }
            try
            {
                ReadOnlySpan<byte> source = bytes;
                IntegerPage.Decode(ref source, new long[values.Length]);
            }
            catch (InvalidDataException)
            {
                continue;
            }
        }
    }

    private static long[] Draw(Random random, int count)
    {
        int shape = random.Next(7);
        long scale = random.Next(3) switch { 0 => 1, 1 => 100, _ => 1_000_000 };
        long[] values = new long[count];
        long last = random.NextInt64();
        for (int i = 0; i < count; i++)
        {
            last = shape switch
            {
                0 => 42,
                1 => last + random.Next(10),
                2 => random.Next(1 << random.Next(1, 31)),
                3 => random.Next(10) == 0 ? random.Next(100) : last,
                4 => random.NextInt64(long.MinValue, long.MaxValue),
                5 => i % 100 == 7 ? long.MinValue + i : i,
                _ => random.NextInt64(0, 50_000_000_000) * scale,
            };
            values[i] = last;
        }
        return values;
    }
}
