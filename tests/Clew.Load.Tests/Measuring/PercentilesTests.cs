using Clew.Load.Measuring;

namespace Clew.Load.Tests.Measuring;

public class PercentilesTests
{
    [Fact]
    public void APercentileIsTheSmallestValueThatCoversItsShare()
    {
        var hundred = Percentiles.Of([.. Enumerable.Range(1, 100).Reverse().Select(i => (double)i)]);
        Assert.Equal(new Percentiles(100, 50, 95, 99, 100), hundred);
        Assert.Equal(new Percentiles(1, 4, 4, 4, 4), Percentiles.Of([4]));
        Assert.Equal(default, Percentiles.Of([]));
    }

    [Fact]
    public void TheFiguresOfThisProcessAreRead()
    {
        var figures = ProcessFigures.Read(Environment.ProcessId);
        Assert.InRange(figures.RssBytes, 1 << 20, figures.PeakRssBytes);
        Assert.InRange(figures.FileRssBytes, 1, figures.RssBytes);
        Assert.InRange(figures.Handles, 3, 100_000);
    }
}
