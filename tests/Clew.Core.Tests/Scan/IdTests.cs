using Clew.Core.Model;

namespace Clew.Core.Tests.Scan;

public class IdTests
{
    [Fact]
    public void Ids_are_printed_parsed_written_and_read_alike()
    {
        var random = new Random(1);
        byte[] bytes = new byte[16];
        for (int i = 0; i < 2000; i++)
        {
            random.NextBytes(bytes);
            Array.Clear(bytes, 0, random.Next(17));
            string hex = Convert.ToHexStringLower(bytes);
            var id = TraceId.Read(bytes);
            Assert.Equal(hex, id.ToString());
            Assert.True(TraceId.TryParse(hex, out var parsed) && parsed == id);
            Assert.True(TraceId.TryParse(hex.ToUpperInvariant(), out parsed) && parsed == id);
            string shortHex = hex.TrimStart('0');
            Assert.Equal(shortHex.Length > 0, TraceId.TryParse(shortHex, out parsed));
            Assert.Equal(id, parsed);
            byte[] written = new byte[16];
            id.Write(written);
            Assert.Equal(bytes, written);
            Assert.Equal(bytes.All(b => b == 0), id.IsEmpty);

            var span = SpanId.Read(bytes.AsSpan(8));
            Assert.Equal(hex[16..], span.ToString());
            Assert.True(SpanId.TryParse(hex.AsSpan(16), out var parsedSpan) && parsedSpan == span);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("g")]
    [InlineData("0x1")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1_0")]
    [InlineData("123456789012345678901234567890123")]
    [InlineData("1234567890123456 1234567890123456")]
    [InlineData(" 11234567890123456")]
    public void What_is_no_hex_is_no_id(string text)
    {
        Assert.False(TraceId.TryParse(text, out var trace));
        Assert.Equal(default, trace);
        Assert.False(SpanId.TryParse(text, out _));
    }

    [Fact]
    public void Ids_are_ordered_as_their_digits_are()
    {
        var random = new Random(2);
        for (int i = 0; i < 2000; i++)
        {
            var a = new TraceId((ulong)random.Next(3), (ulong)random.NextInt64(3));
            var b = new TraceId((ulong)random.Next(3), (ulong)random.NextInt64(3));
            Assert.Equal(Math.Sign(string.CompareOrdinal(a.ToString(), b.ToString())), Math.Sign(a.CompareTo(b)));
        }
    }

    [Theory]
    [InlineData(1ul, 0ul)]
    [InlineData(0ul, 1ul)]
    public void Mixing_spreads_ids_that_count_up(ulong high, ulong low)
    {
        int[] shards = new int[16];
        for (ulong i = 1; i <= 16_000; i++)
        {
            shards[new TraceId(high * i, low * i).Mix() & 15]++;
        }
        Assert.All(shards, count => Assert.InRange(count, 800, 1200));
    }
}
