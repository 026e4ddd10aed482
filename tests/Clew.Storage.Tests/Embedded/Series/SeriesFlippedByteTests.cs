using System.Globalization;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Storage.Embedded.Offline;
using Clew.Testing.Files;
using Clew.Testing.Stores;

namespace Clew.Storage.Tests.Embedded.Series;

/// <summary>One byte of any file of the series store is another: it is named or changes nothing, and nothing is counted that never was.</summary>
public sealed class SeriesFlippedByteTests
{
    private static int Flips { get; } = int.TryParse(Environment.GetEnvironmentVariable("CLEW_FLIPS"), CultureInfo.InvariantCulture, out int flips) ? flips : 300;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task NeverAWrongCount(int seed)
    {
        var (files, last) = await FillAsync(seed);
        var (expected, sound) = await AskAsync(files.AfterKill(1), last);
        Assert.True(sound);
        Assert.True(OfflineSeries.Verify(SeriesProbe.Root, files.AfterKill(1)).IsSound);
        string[] paths = [.. files.AllFiles()];
        Assert.Contains(paths, path => path.EndsWith(".log", StringComparison.Ordinal));
        Assert.Contains(paths, path => path.EndsWith(".blk", StringComparison.Ordinal));
        long[] lengths = [.. paths.Select(path => (long)files.ReadAll(path).Length)];
        var random = new Random(seed);
        int noticed = 0;
        for (int i = 0; i < Flips; i++)
        {
            // Small files are hit as often as large ones.
            int file = random.Next(paths.Length);
            long place = random.NextInt64(lengths[file]);
            var flipped = files.AfterKill(i);
            flipped.Flip(paths[file], place, (byte)(1 << random.Next(8)));
            string where = $"{paths[file]} byte {place}";
            bool isVerified = OfflineSeries.Verify(SeriesProbe.Root, flipped.AfterKill(1)).IsSound;
            var (actual, isSound) = await AskAsync(flipped, last);
            Assert.True(!isSound || actual.SequenceEqual(expected), $"{where}: another answer without a problem");
            Assert.True(isSound || !isVerified || paths[file].EndsWith(".log", StringComparison.Ordinal), $"{where}: not found offline");
            foreach (var (point, count) in actual)
            {
                Assert.True(expected.TryGetValue(point, out var all) && count <= all, $"{where}: {point} was counted {count} times");
            }
            noticed += isSound ? 0 : 1;
        }
        Assert.True(noticed > Flips / 2, $"only {noticed} of {Flips} were noticed");
    }

    /// <summary>Blocks, merged ones among them, and a log with records that count, one that does not, and the last of all.</summary>
    private static async Task<(FaultyFileLayer Files, AppendId Last)> FillAsync(int seed)
    {
        var files = SeriesProbe.Files(seed);
        var store = SeriesProbe.Open(files, AppendId.None);
        var generator = new SeriesGenerator(seed) { Now = SeriesProbe.Now, Services = 2, Operations = 3, Latest = TimeSpan.FromHours(5) };
        var last = AppendId.None;
        for (int i = 0; i < 9; i++)
        {
            if (i == 7)
            {
                await store.BeginAsync(SeriesProbe.Tenant, generator.Delta(50), default);
            }
            last = await SeriesProbe.AppendAsync(store, generator.Delta(60));
            if (i < 5)
            {
                await store.MaintainAsync(default);
            }
        }
        Assert.True(store.GetStatistics().Merges > 0);
        return (files.AfterKill(seed), last); // the store is not closed: it would fold
    }

    private static async Task<(SortedDictionary<string, UInt128> Points, bool IsSound)> AskAsync(FaultyFileLayer files, AppendId last)
    {
        var points = new SortedDictionary<string, UInt128>(StringComparer.Ordinal);
        bool isSound = true;
        await using var store = SeriesProbe.Open(files, last);
        foreach (var kind in new[] { SeriesKind.Red, SeriesKind.Edge })
        {
            foreach (int seconds in new[] { 10, 60, 3600 })
            {
                var result = await store.ReadAsync(
                    new SeriesQuery
                    {
                        Tenant = SeriesProbe.Tenant,
                        Kind = kind,
                        Range = new TimeRange(SeriesProbe.Now - 36_000_000_000_000, ulong.MaxValue),
                        Step = TimeSpan.FromSeconds(seconds),
                    }, default);
                isSound &= !result.IsIncomplete;
                foreach (var (key, its) in result.Series)
                {
                    foreach (var point in its)
                    {
                        points.Add($"{seconds} {key} {point.Step} count", point.Count);
                        points.Add($"{seconds} {key} {point.Step} errors", point.Errors);
                        points.Add($"{seconds} {key} {point.Step} sum", point.Durations!.Sum);
                    }
                }
            }
        }
        return (points, isSound && store.GetStatistics().Problems.Count == 0);
    }
}
