using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Storage.Embedded.Series;
using Clew.Testing.Files;
using Clew.Testing.Stores;

namespace Clew.Storage.Tests.Embedded.Series;

/// <summary>Too many series, what an earlier process left behind, and reads beside everything else.</summary>
public sealed class SeriesBoundsTests
{
    [Fact]
    public async Task PastTheBoundSeriesAreCountedAsOther()
    {
        var files = SeriesProbe.Files(1);
        var last = AppendId.None;
        for (int round = 0; round < 2; round++)
        {
            await using var store = SeriesProbe.Open(files, last, change: options => options with { MaxSeries = 10 });
            var delta = new SeriesDelta();
            for (int i = 0; i < 100; i++)
            {
                delta.Add(delta.CellOf(SeriesKey.Red("service", $"operation {round * 50 + i}", SpanKind.Server, StatusCode.Ok), SeriesDelta.StepOf(SeriesProbe.Now)), 1, isError: i == 99);
            }
            last = await SeriesProbe.AppendAsync(store, delta);
            var result = await store.ReadAsync(new SeriesQuery { Tenant = SeriesProbe.Tenant, Kind = SeriesKind.Red, Range = TimeRange.All }, default);
            Assert.Equal(11, result.Series.Count); // ten, and the rest
            Assert.Equal(100UL * (ulong)(round + 1), result.Series.Aggregate(0UL, (sum, series) => sum + series.Points[0].Count));
            var other = result.Series.Single(series => series.Key.Labels[SeriesLabels.Service] == SeriesLabels.Folded);
            Assert.Equal("server", other.Key.Labels[SeriesLabels.SpanKind]);
            Assert.Equal((ulong)(round + 1), other.Points[0].Errors);
            Assert.Equal(round == 0 ? 90 : 100, store.GetStatistics().CountedAsOther);
            Assert.Contains("more than 10 series", Assert.Single(store.GetStatistics().Problems), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task MemoryThatCannotBeFoldedIsBoundedByRefusing()
    {
        var files = SeriesProbe.Files(2);
        await using var store = SeriesProbe.Open(files, AppendId.None, change: options => options with { FoldBytes = 20_000 });
        var generator = new SeriesGenerator(2) { Now = SeriesProbe.Now };
        files.Refuse = operation => operation.Path.EndsWith(".blk.tmp", StringComparison.Ordinal) ? DiskErrors.NoSpace() : null;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                await SeriesProbe.AppendAsync(store, generator.Delta());
                await store.MaintainAsync(default);
            }
        });
        Assert.InRange(store.GetStatistics().MemoryBytes, 80_000, 400_000);
        Assert.Contains("No space", Assert.Single(store.GetStatistics().Problems), StringComparison.Ordinal);
        var before = await SeriesProbe.AllAsync(store);
        files.Refuse = null;
        await store.MaintainAsync(default);
        Assert.Equal(before, await SeriesProbe.AllAsync(store));
        Assert.Equal(0, store.GetStatistics().MemoryBytes);
        await SeriesProbe.AppendAsync(store, generator.Delta());
        Assert.Empty(store.GetStatistics().Problems);
    }

    [Fact]
    public async Task WithoutTheSpanStoresWordTheNewestIsCountedAndSaidSo()
    {
        var files = SeriesProbe.Files(3);
        var store = SeriesProbe.Open(files, AppendId.None);
        var generator = new SeriesGenerator(3) { Now = SeriesProbe.Now };
        await SeriesProbe.AppendAsync(store, generator.Delta());
        await SeriesProbe.AppendAsync(store, generator.Delta());
        var expected = await SeriesProbe.AllAsync(store);
        await using var again = SeriesProbe.Open(files.AfterKill(1), lastStored: null);
        Assert.Equal(expected, await SeriesProbe.AllAsync(again));
        Assert.Contains("does not know", Assert.Single(again.GetStatistics().Problems), StringComparison.Ordinal);
        Assert.Equal(new AppendId(2), again.LastCommitted);
    }

    [Fact]
    public async Task WithoutAnyManifestFilesAreSetAsideAndCountingBeginsAnew()
    {
        var files = SeriesProbe.Files(4);
        var generator = new SeriesGenerator(4) { Now = SeriesProbe.Now };
        await using (var store = SeriesProbe.Open(files, AppendId.None))
        {
            await SeriesProbe.AppendAsync(store, generator.Delta());
        }
        int blocks = files.AllFiles().Count(path => path.EndsWith(".blk", StringComparison.Ordinal));
        files.Delete(Path.Combine(SeriesProbe.Root, SeriesManifest.FileName));
        files.Delete(Path.Combine(SeriesProbe.Root, SeriesManifest.CopyName));
        AppendId last;
        await using (var store = SeriesProbe.Open(files, new AppendId(1)))
        {
            Assert.Contains(store.GetStatistics().Problems, problem => problem.Contains("counting begins anew", StringComparison.Ordinal));
            Assert.Empty(await SeriesProbe.AllAsync(store));
            last = await SeriesProbe.AppendAsync(store, generator.Delta());
            Assert.True(last > new AppendId(1));
        }
        Assert.Equal(blocks, files.AllFiles().Count(path => path.EndsWith(".blk.damaged", StringComparison.Ordinal)));
        await using var again = SeriesProbe.Open(files, last);
        Assert.NotEmpty(await SeriesProbe.AllAsync(again));
    }

    [Fact]
    public async Task ALostBlockIsNamedEveryTime()
    {
        var files = SeriesProbe.Files(5);
        await using (var store = SeriesProbe.Open(files, AppendId.None))
        {
            await SeriesProbe.AppendAsync(store, new SeriesGenerator(5) { Now = SeriesProbe.Now }.Delta());
        }
        string lost = files.AllFiles().First(path => path.EndsWith(".blk", StringComparison.Ordinal));
        files.Delete(lost);
        for (int i = 0; i < 2; i++)
        {
            await using var store = SeriesProbe.Open(files, new AppendId(1));
            await store.MaintainAsync(default);
            Assert.Contains(Path.GetFileName(lost), Assert.Single(store.GetStatistics().Problems), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ReadsBesideAppendsFoldsAndMergesSeeWholeAppends()
    {
        var files = SeriesProbe.Files(6);
        await using var store = SeriesProbe.Open(files, AppendId.None);
        using var done = new CancellationTokenSource();
        var reader = Task.Run(async () =>
        {
            ulong before = 0;
            int reads = 0;
            while (!done.IsCancellationRequested || reads < 5)
            {
                ulong total = await TotalAsync(store);
                Assert.True(total % 100 == 0 && total >= before, $"{total} after {before}");
                before = total;
                reads++;
            }
        });
        var maintainer = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await store.MaintainAsync(default);
                await Task.Yield();
            }
        });
        for (int i = 0; i < 200; i++)
        {
            var delta = new SeriesDelta();
            for (int span = 0; span < 100; span++)
            {
                var key = SeriesKey.Red("service", $"operation {span % 7}", SpanKind.Server, StatusCode.Ok);
                delta.Add(delta.CellOf(key, SeriesDelta.StepOf(SeriesProbe.Now + ((ulong)(i % 40) * 10_000_000_000))), (ulong)span, isError: false);
            }
            await SeriesProbe.AppendAsync(store, delta);
            for (long folds = store.GetStatistics().Folds; i % 20 == 0 && store.GetStatistics().Folds == folds;)
            {
                await Task.Yield();
            }
        }
        await done.CancelAsync();
        await maintainer;
        await reader;
        Assert.Equal(20_000UL, await TotalAsync(store));
        Assert.True(store.GetStatistics().Folds > 1);
        Assert.Empty(store.GetStatistics().Problems);
    }

    private static async Task<ulong> TotalAsync(EmbeddedSeriesStore store)
    {
        var result = await store.ReadAsync(
            new SeriesQuery { Tenant = SeriesProbe.Tenant, Kind = SeriesKind.Red, Range = TimeRange.All, Step = TimeSpan.FromHours(1) }, default);
        return result.Series.Aggregate(0UL, (sum, series) => sum + series.Points.Aggregate(0UL, (inner, point) => inner + point.Count));
    }
}
