using System.Buffers;
using Clew.Ingest.Otlp.Receiving;

namespace Clew.Ingest.Tests.Otlp;

public class PayloadBufferTests
{
    private const int Limit = 1024 * 1024;

    [Fact]
    public void ABombTakesNoMoreMemoryThanTheBound()
    {
        var budget = new BufferBudget(64 * Limit);
        using var buffer = new PayloadBuffer(budget);
        byte[] bomb = OtlpHttpTests.Compress(new byte[100 * Limit]);
        Assert.Equal(PayloadError.TooLarge, Gzip.Decompress(bomb, buffer, Limit));
        Assert.InRange(64 * Limit - budget.Free, 1, Limit);
    }

    [Theory]
    [InlineData(0, PayloadError.None)]
    [InlineData(Limit - 1, PayloadError.None)]
    [InlineData(Limit, PayloadError.None)]
    [InlineData(Limit + 1, PayloadError.TooLarge)]
    public void TheBoundIsExact(int bytes, object expected)
    {
        byte[] content = new byte[bytes];
        new Random(1).NextBytes(content);
        using var buffer = new PayloadBuffer(new BufferBudget(64 * Limit));
        Assert.Equal(expected, Gzip.Decompress(OtlpHttpTests.Compress(content), buffer, Limit));
        if (expected is PayloadError.None)
        {
            Assert.Equal(content, buffer.Content.ToArray());
        }
        using var plain = new PayloadBuffer(new BufferBudget(64 * Limit));
        Assert.Equal(expected, plain.Append(new ReadOnlySequence<byte>(content), Limit));
    }

    [Fact]
    public void AFullBudgetRefusesAndIsGivenBack()
    {
        var budget = new BufferBudget(Limit);
        using (var first = new PayloadBuffer(budget))
        {
            Assert.Equal(PayloadError.None, first.Append(new ReadOnlySequence<byte>(new byte[Limit / 2]), Limit));
            using var second = new PayloadBuffer(budget);
            Assert.Equal(PayloadError.None, second.Append(new ReadOnlySequence<byte>(new byte[100]), Limit));
            Assert.Equal(PayloadError.NoRoom, second.Append(new ReadOnlySequence<byte>(new byte[Limit / 2]), Limit));
            Assert.Equal(100, second.Content.Count);
        }
        Assert.Equal(Limit, budget.Free);
    }

    [Fact]
    public void BytesKeepTheirOrderWhileTheBufferGrows()
    {
        byte[] content = new byte[100_000];
        new Random(2).NextBytes(content);
        using var buffer = new PayloadBuffer(new BufferBudget(64 * Limit));
        for (int i = 0; i < content.Length; i += 1000)
        {
            Assert.Equal(PayloadError.None, buffer.Append(new ReadOnlySequence<byte>(content, i, 1000), Limit));
        }
        Assert.Equal(content, buffer.Content.ToArray());
    }
}
