using System.Buffers;
using Clew.Ingest.Otlp.Receiving;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>The server's blocks: one that two connections hold at a time would mix their bytes, one kept for each ever used would be a leak.</summary>
public sealed class ReceiveBlocksTests
{
    [Fact]
    public void ABlockThatIsReturnedTwiceIsHandedOutOnce()
    {
        using var pool = new ReceiveBlocks();
        var block = pool.Rent();
        block.Dispose();
        block.Dispose();

        using var one = pool.Rent();
        using var other = pool.Rent();

        Assert.False(one.Memory.Span.Overlaps(other.Memory.Span));
    }

    [Fact]
    public void BlocksHaveTheSizeThatOneReadIsToFill()
    {
        using var pool = new ReceiveBlocks();
        using var any = pool.Rent();
        using var small = pool.Rent(1);

        Assert.Equal((ReceiveBlocks.BlockBytes, ReceiveBlocks.BlockBytes), (any.Memory.Length, small.Memory.Length));
        Assert.Equal(ReceiveBlocks.BlockBytes, pool.MaxBufferSize);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(ReceiveBlocks.BlockBytes + 1));
    }

    [Fact]
    public void AfterACrowdOfConnectionsMostBlocksAreLeftToTheCollector()
    {
        using var pool = new ReceiveBlocks();
        IMemoryOwner<byte>[] crowd = [.. Enumerable.Range(0, 10 * ReceiveBlocks.MaxFree).Select(_ => pool.Rent())];
        var blocks = Array.ConvertAll(crowd, static block => new WeakReference(block));
        Array.ForEach(crowd, static block => block.Dispose());
        Array.Clear(crowd);
        crowd = null!;
        GC.Collect();

        Assert.Equal(ReceiveBlocks.MaxFree, blocks.Count(static block => block.IsAlive));
    }

    [Fact]
    public void BlocksThatComeBackAfterThePoolHasEndedAreNotKept()
    {
        var pool = new ReceiveBlocks();
        var block = pool.Rent();
        pool.Dispose();
        block.Dispose();

        Assert.NotSame(block, pool.Rent());
    }
}
