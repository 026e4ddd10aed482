using Clew.Core.Files;

namespace Clew.Core.Tests.Files;

public class AlignedBufferTests
{
    [Fact]
    public void What_is_in_use_is_nobody_elses_and_what_came_back_is_used_again()
    {
        AlignedBuffer[] first = [AlignedBuffer.Rent(), AlignedBuffer.Rent(), AlignedBuffer.Rent()];
        Assert.Equal(3, first.Distinct().Count());
        foreach (var buffer in first)
        {
            AlignedBuffer.Return(buffer);
        }

        // Others use them, too: what comes next may be none of these, but never the same one twice.
        AlignedBuffer[] second = [AlignedBuffer.Rent(), AlignedBuffer.Rent(), AlignedBuffer.Rent()];
        Assert.Equal(3, second.Distinct().Count());
        foreach (var buffer in second)
        {
            AlignedBuffer.Return(buffer);
        }
    }

    [Fact]
    public void Many_at_once_never_share_one()
    {
        int shared = 0;
        var used = new System.Runtime.CompilerServices.ConditionalWeakTable<AlignedBuffer, System.Runtime.CompilerServices.StrongBox<int>>();
        Parallel.For(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            var buffer = AlignedBuffer.Rent();
            var users = used.GetValue(buffer, static _ => new(0));
            if (Interlocked.Increment(ref users.Value) != 1)
            {
                Interlocked.Increment(ref shared);
            }
            Interlocked.Decrement(ref users.Value);
            AlignedBuffer.Return(buffer);
        });

        Assert.Equal(0, shared);
    }
}
