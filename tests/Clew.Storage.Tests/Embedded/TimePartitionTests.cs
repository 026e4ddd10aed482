using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Tests.Embedded;

/// <summary>Clocks that are wrong in every way make few partitions, in the order of time.</summary>
public sealed class TimePartitionTests
{
    private const ulong Day = 86_400_000_000_000;
    private const ulong Now = StoreProbe.Now + (Day / 3);

    [Fact]
    public void AllOfTimeIsFewPartitionsInOrder()
    {
        var partition = new TimePartition(Now);
        var names = new List<int>();
        for (ulong day = 0; day <= ulong.MaxValue / Day; day++)
        {
            names.Add(partition.Of(day * Day));
            Assert.Equal(names[^1], partition.Of(Math.Min(day * Day, ulong.MaxValue - Day) + Day - 1));
        }
        Assert.Equal(names.Order(), names);
        Assert.InRange(names.Distinct().Count(), 37, 120);
        Assert.Equal(names[^1], partition.Of(ulong.MaxValue));
    }

    [Fact]
    public void TheLastWeeksAreDays()
    {
        var partition = new TimePartition(Now);
        int today = (int)(Now / Day);
        for (int back = -1; back <= 35; back++)
        {
            Assert.Equal(today - back, partition.Of((ulong)(today - back) * Day));
        }
    }

    [Fact]
    public void AsTimeGoesOnPartitionsStayFew()
    {
        var old = Enumerable.Range(0, 4000).Select(days => (ulong)days * 5 * Day).ToList();
        var names = Enumerable.Range(0, 3650).SelectMany(days => old.Where(start => start < Now - (500 * Day) || start > Now + (4000 * Day)).Select(new TimePartition(Now + ((ulong)days * Day)).Of));
        Assert.InRange(names.Distinct().Count(), 1, 20);
    }
}
