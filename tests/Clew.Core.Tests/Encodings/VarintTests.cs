using System.Buffers;
using Clew.Core.Encodings;

namespace Clew.Core.Tests.Encodings;

public sealed class VarintTests
{
    [Theory]
    [InlineData(0UL, 1)]
    [InlineData(127UL, 1)]
    [InlineData(128UL, 2)]
    [InlineData(ulong.MaxValue, 10)]
    [InlineData(1UL << 63, 10)]
    public void LengthAndValue(ulong value, int length)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Varint.Write(bytes, value);
        Assert.Equal(length, bytes.WrittenCount);
        ReadOnlySpan<byte> from = bytes.WrittenSpan;
        Assert.Equal(value, Varint.Read(ref from));
        Assert.True(from.IsEmpty);
        Assert.Equal((long)value, Varint.UnZigZag(Varint.ZigZag((long)value)));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02 })]
    public void WhatIsCutOrTooLongIsRefused(byte[] bytes) => Assert.Throws<InvalidDataException>(() =>
    {
        ReadOnlySpan<byte> from = bytes;
        return Varint.Read(ref from);
    });

    [Fact]
    public void SmallNumbersOfEitherSignAreShort()
    {
        Assert.Equal(0UL, Varint.ZigZag(0));
        Assert.Equal(1UL, Varint.ZigZag(-1));
        Assert.Equal(2UL, Varint.ZigZag(1));
        Assert.Equal(ulong.MaxValue, Varint.ZigZag(long.MinValue));
    }
}
