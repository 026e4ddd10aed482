using Shop.Database;

namespace Clew.Shop.Tests.Database;

public sealed class PageReaderTests
{
    [Fact]
    public async Task PagesAndRoundTripTakeTheirTimeInSumHoweverTheyAreRead()
    {
        long began = TimeProvider.System.GetTimestamp();
        var io = new PageReader(DatabaseTiming.FromMilliseconds(10, 0.5), TimeProvider.System);
        for (int page = 0; page < 200; page++)
            await io.ReadAsync(1);
        await io.FinishAsync();
        var took = TimeProvider.System.GetElapsedTime(began);

        // 10 ms give or take a sixth, and 200 pages of half a millisecond; timers only ever come late.
        Assert.InRange(took.TotalMilliseconds, 100, 1_000);
        Assert.Equal(200, io.PagesRead);
    }
}
