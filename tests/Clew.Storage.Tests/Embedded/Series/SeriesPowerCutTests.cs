using Clew.Testing.Files;

namespace Clew.Storage.Tests.Embedded.Series;

/// <summary>
/// The power goes off, the process is killed or the disk refuses at every single operation of both stores: what is counted is what is
/// stored, exactly, at every resolution.
/// </summary>
public sealed class SeriesPowerCutTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(true)] // as after a kill: nothing that was written is lost
    [InlineData(false)]
    public async Task CountsAreThoseOfTheStoredSpansWhereverThePowerGoesOff(bool? keep)
    {
        int operations = await CountOperationsAsync();
        Assert.InRange(operations, 150, 1000);
        for (int cut = 0; cut < operations; cut++)
        {
            var files = CountedWorld.Disk(cut);
            var world = CountedWorld.Open(files);
            files.CutAt = files.Operations + cut;
            await world.WorkAsync(0);
            Assert.True(files.IsOff);
            var image = files.AfterPowerCut(cut, keep);
            await using (var again = CountedWorld.Open(image))
            {
                Assert.Empty(again.Series.GetStatistics().Problems);
                await again.AssertSameAsync($"cut {cut} at {files.History[^1]}");
                // It goes on as if nothing had been.
                await again.AppendAsync(30);
                await again.AppendAsync(31);
                await again.AssertSameAsync($"after cut {cut}");
                if (cut % 2 == 0)
                {
                    await again.Series.MaintainAsync(default);
                }
            }
            await using (var third = CountedWorld.Open(image))
            {
                Assert.Empty(third.Series.GetStatistics().Problems);
                Assert.Equal(31UL, (await third.StoredAsync())["batch 30"]);
                await third.AssertSameAsync($"reopened after cut {cut}");
            }
            Assert.DoesNotContain(image.AllFiles(), path => path.EndsWith(".tmp", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task TwoCutsInARow()
    {
        int operations = await CountOperationsAsync();
        var random = new Random(5);
        for (int i = 0; i < 250; i++)
        {
            var files = CountedWorld.Disk(i);
            var world = CountedWorld.Open(files);
            files.CutAt = files.Operations + random.Next(operations);
            await world.WorkAsync(0);
            for (int again = 1; again < 4; again++)
            {
                files = files.AfterPowerCut(i + (1000 * again));
                files.CutAt = random.Next(operations);
                try
                {
                    world = CountedWorld.Open(files);
                    await world.WorkAsync(again * 9);
                }
                catch (PowerCutException)
                {
                    // While it was opened.
                }
            }
            files = files.AfterPowerCut(i);
            await using var last = CountedWorld.Open(files);
            Assert.Empty(last.Series.GetStatistics().Problems);
            await last.AssertSameAsync($"run {i}");
        }
    }

    [Fact]
    public async Task EveryRefusalCostsNothingAndCountsNothingTwice()
    {
        int operations = await CountOperationsAsync();
        for (int failing = 0; failing < operations; failing++)
        {
            var files = CountedWorld.Disk(failing);
            await using var world = CountedWorld.Open(files);
            int first = files.Operations;
            files.Refuse = operation => operation.Changes && operation.Index == first + failing ? DiskErrors.InputOutput() : null;
            await world.WorkAsync(0, attempts: 2);
            files.Refuse = null;
            Assert.Equal(9, (await world.StoredAsync()).Count);
            await world.AssertSameAsync($"refusal {failing}");
            await using (var crashed = CountedWorld.Open(files.AfterPowerCut(failing)))
            {
                Assert.Equal(9, (await crashed.StoredAsync()).Count);
                await crashed.AssertSameAsync($"crash after refusal {failing}");
            }
            await world.AppendAsync(20);
            await world.Series.MaintainAsync(default);
            Assert.Empty(world.Series.GetStatistics().Problems);
            await world.AssertSameAsync($"well again after refusal {failing}");
        }
    }

    [Fact]
    public async Task ACrashRightAfterAnUndecidedAppendIsDecidedByTheSpanStore()
    {
        int operations = await CountOperationsAsync();
        int undecided = 0;
        for (int failing = 0; failing < operations; failing++)
        {
            var files = CountedWorld.Disk(failing);
            await using var world = CountedWorld.Open(files);
            int first = files.Operations;
            bool failed = false;
            files.Refuse = operation => operation.Changes && operation.Index == first + failing ? DiskErrors.InputOutput() : null;
            for (int batch = 0; batch < 4 && !failed; batch++)
            {
                try
                {
                    await world.AppendAsync(batch);
                }
                catch (StoreUnavailableException failure)
                {
                    failed = true;
                    undecided += failure.IsUndecided ? 1 : 0;
                }
            }
            // Folding in between must not forget what is not decided.
            files.Refuse = null;
            if (failing % 2 == 0)
            {
                await world.Series.MaintainAsync(default);
            }
            foreach (bool? keep in new bool?[] { true, false, null })
            {
                await using var crashed = CountedWorld.Open(files.AfterPowerCut(failing, keep));
                Assert.Empty(crashed.Series.GetStatistics().Problems);
                await crashed.AssertSameAsync($"failing {failing}, keep {keep}");
            }
        }
        Assert.True(undecided > 0);
    }

    [Fact]
    public async Task ALogThatCannotBeWrittenRefusesTheBatch()
    {
        var files = CountedWorld.Disk(1);
        await using var world = CountedWorld.Open(files);
        await world.AppendAsync(1);
        files.Refuse = operation => operation.Changes && operation.Path.StartsWith(SeriesProbe.Root, StringComparison.Ordinal) ? DiskErrors.NoSpace() : null;
        for (int i = 0; i < 3; i++)
        {
            var failure = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await world.AppendAsync(2));
            Assert.Contains("No space", failure.Message, StringComparison.Ordinal);
        }
        Assert.Contains("No space", Assert.Single(world.Series.GetStatistics().Problems), StringComparison.Ordinal);
        Assert.Single(await world.StoredAsync());
        files.Refuse = null;
        await world.AppendAsync(2);
        Assert.Empty(world.Series.GetStatistics().Problems);
        await world.AssertSameAsync("after refusals");
    }

    [Fact]
    public async Task AStoreThatRefusesForLongDoesNotFillTheLog()
    {
        var files = CountedWorld.Disk(1);
        await using var world = CountedWorld.Open(files);
        await world.AppendAsync(8);
        long before = world.Series.GetStatistics().LogBytes;
        files.Refuse = operation => operation.Changes && operation.Path.EndsWith(".seg.tmp", StringComparison.Ordinal) ? DiskErrors.NoSpace() : null;
        for (int i = 0; i < 100; i++)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await world.AppendAsync(8));
        }
        Assert.Equal(before, world.Series.GetStatistics().LogBytes);
        files.Refuse = null;
        await world.AppendAsync(9);
        await world.AssertSameAsync("after refusals");
        await using var again = CountedWorld.Open(files.AfterKill(1));
        await again.AssertSameAsync("after refusals and a kill");
    }

    private static async Task<int> CountOperationsAsync()
    {
        var files = CountedWorld.Disk(0);
        await using var world = CountedWorld.Open(files);
        int first = files.Operations;
        await world.WorkAsync(0);
        int operations = files.Operations - first;
        Assert.Empty(world.Series.GetStatistics().Problems);
        Assert.True(world.Series.GetStatistics().Merges > 0 && world.Series.GetStatistics().Folds > 2 && world.Spans.GetStatistics().Merges > 0);
        await world.AssertSameAsync("undisturbed");
        return operations;
    }
}
