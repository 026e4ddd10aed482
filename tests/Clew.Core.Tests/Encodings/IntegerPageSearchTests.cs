using System.Buffers;
using Clew.Core.Encodings;

namespace Clew.Core.Tests.Encodings;

/// <summary>Searching an encoded page marks exactly the values that decoding it would show to pass.</summary>
public sealed class IntegerPageSearchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void MarksWhatDecodingShows(int seed)
    {
        var random = new Random(seed);
        var encoder = new IntegerPage();
        for (int i = 0; i < 1500; i++)
        {
            long[] values = Draw(random);
            var bytes = new ArrayBufferWriter<byte>();
            encoder.Encode(values, bytes);
            long a = Bound(random, values);
            long b = Bound(random, values);
            IValueTest test = random.Next(2) == 0 ? new Between(Math.Min(a, b), Math.Max(a, b)) : new OneOf([a, b, .. values.Take(2)]);
            ulong[] wanted = random.Next(2) == 0 ? [] : [.. Enumerable.Range(0, IntegerPageSearch.Words(values.Length)).Select(_ => random.Next(3) == 0 ? 0UL : 1UL << random.Next(64))];
            ulong[] hits = new ulong[IntegerPageSearch.Words(values.Length)];
            IntegerPageSearch.Mark(bytes.WrittenSpan, values.Length, test, wanted, hits);
            ulong[] decoded = new ulong[hits.Length];
            IntegerPageSearch.Mark(values, test, wanted, decoded);
            for (int row = 0; row < values.Length; row++)
            {
                bool isWanted = wanted.Length == 0 || wanted[row >> 6] != 0;
                bool expected = test.Passes(values[row]);
                if (isWanted)
                {
                    Assert.True(expected == ((hits[row >> 6] >> row & 1) != 0), $"{i}: value {row}, {values[row]}");
                    Assert.True(expected == ((decoded[row >> 6] >> row & 1) != 0), $"{i}: decoded value {row}, {values[row]}");
                }
                else
                {
                    // Nobody may rely on it, but what does not pass is never marked.
                    Assert.True(expected || (hits[row >> 6] >> row & 1) == 0);
                }
            }
            Assert.True(values.Length % 64 == 0 || hits[^1] >> (values.Length % 64) == 0, "a mark behind the last value");
        }
    }

    [Fact]
    public void BrokenPagesAreRefusedOrReadButNothingElse()
    {
        var random = new Random(5);
        var encoder = new IntegerPage();
        for (int i = 0; i < 3000; i++)
        {
            long[] values = Draw(random);
            var writer = new ArrayBufferWriter<byte>();
            encoder.Encode(values, writer);
            byte[] bytes = writer.WrittenSpan.ToArray();
            bytes = random.Next(2) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
            if (bytes.Length > 0)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }
            ulong[] hits = new ulong[IntegerPageSearch.Words(values.Length)];
            try
            {
                IntegerPageSearch.Mark(bytes, values.Length, new Between(values[0], values[0] + 5), default, hits);
            }
            catch (Exception refused) when (refused is InvalidDataException or ArgumentException or IndexOutOfRangeException)
            {
                // As when decoding.
            }
        }
    }

    [Fact]
    public void EveryWidthIsUnpacked()
    {
        var random = new Random(6);
        for (int width = 0; width <= 64; width++)
        {
            for (int count = 1; count <= 130; count += random.Next(1, 9))
            {
                long[] values = [.. Enumerable.Range(0, count).Select(_ => width == 0 ? 0 : (long)((ulong)random.NextInt64(long.MinValue, long.MaxValue) >> (64 - width)))];
                byte[] packed = new byte[BitPacking.Length(count, width) + 8];
                BitPacking.Pack(values, 0, width, packed);
                foreach (int rest in (int[])[0, 5, 100])
                {
                    // What lies behind the values must not matter, however little it is.
                    byte[] source = [.. packed.AsSpan(0, BitPacking.Length(count, width)), .. Enumerable.Repeat((byte)0xFF, rest)];
                    long[] read = new long[count];
                    BitPacking.Unpack(source, 0, width, read);
                    Assert.Equal(values, read);
                }
            }
        }
    }

    private static long[] Draw(Random random)
    {
        int length = random.Next(1, 600);
        long most = random.Next(6) switch { 0 => 1, 1 => 50, 2 => 5_000, 3 => 1L << 24, 4 => 1L << 40, _ => long.MaxValue };
        long least = random.Next(3) switch { 0 => 0, 1 => -most, _ => most - (most / 7) };
        long scale = random.Next(4) == 0 && most < 1L << 30 ? 1_000 : 1;
        long last = 0;
        bool runs = random.Next(3) == 0;
        bool rising = random.Next(4) == 0;
        return [.. Enumerable.Range(0, length).Select(i =>
        {
            last = runs && i % 9 != 0 ? last : rising ? last + random.Next(100) : random.NextInt64(least, most) * scale;
            return last;
        })];
    }

    private static long Bound(Random random, long[] values) => random.Next(5) switch
    {
        0 => long.MinValue,
        1 => long.MaxValue,
        2 => random.NextInt64(long.MinValue, long.MaxValue),
        _ => values[random.Next(values.Length)] + random.Next(-1, 2),
    };

    private sealed class Between(long first, long last) : IValueTest
    {
        public (long First, long Last)? Range => (first, last);

        public bool Passes(long value) => value >= first && value <= last;

        public bool MayPass(long min, long max) => max >= first && min <= last;

        public ulong Pass(ReadOnlySpan<long> values) => Each(this, values);
    }

    private sealed class OneOf(long[] members) : IValueTest
    {
        public bool Passes(long value) => members.Contains(value);

        public bool MayPass(long min, long max) => Array.Exists(members, member => member >= min && member <= max);

        public ulong Pass(ReadOnlySpan<long> values) => Each(this, values);
    }

    private static ulong Each(IValueTest test, ReadOnlySpan<long> values)
    {
        ulong passed = 0;
        for (int i = 0; i < values.Length; i++)
        {
            passed |= test.Passes(values[i]) ? 1UL << i : 0;
        }
        return passed;
    }
}
