using System.Diagnostics;
using System.Globalization;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Storage.Embedded.Series;
using Clew.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Storage.Tests.Embedded.Series;

/// <summary>Figures for docs/formats/series.md and docs/operations/storage.md. Run by hand.</summary>
public sealed class SeriesMeasurement
{
    [Theory(Explicit = true)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    public async Task BytesAndTimes(int spansPerPoint)
    {
        const int series = 100;
        const int hours = 4;
        string root = Directory.CreateTempSubdirectory("clew-series-").FullName;
        try
        {
            var clock = new ManualTimeProvider();
            var options = new EmbeddedSeriesOptions { Directory = root };
            await using var store = EmbeddedSeriesStore.Open(options, DiskFileLayer.Instance, NullLogger<EmbeddedSeriesStore>.Instance, AppendId.None, clock, looksAfterItself: false);
            var keys = Enumerable.Range(0, series).Select(i => SeriesKey.Red($"service-{i % 12}", $"GET /api/v1/resource-{i}/{{id}}", SpanKind.Server, StatusCode.Unset)).ToArray();
            var random = new Random(1);
            var delta = new SeriesDelta();
            long begin = 0;
            long commit = 0;
            long fold = 0;
            for (int step = 0; step < hours * 360; step++)
            {
                delta.Clear();
                foreach (var key in keys)
                {
                    int cell = delta.CellOf(key, SeriesProbe.Now + ((ulong)step * SeriesDelta.StepWidth));
                    for (int i = 0; i < spansPerPoint; i++)
                    {
                        delta.Add(cell, (ulong)(5e6 * Math.Exp(Gaussian(random))), random.Next(100) == 0);
                    }
                }
                long start = Stopwatch.GetTimestamp();
                var append = await store.BeginAsync(SeriesProbe.Tenant, delta, default);
                long middle = Stopwatch.GetTimestamp();
                store.Commit(append);
                begin += middle - start;
                commit += Stopwatch.GetTimestamp() - middle;
                clock.Advance(TimeSpan.FromSeconds(10));
                if (step % 30 == 29)
                {
                    start = Stopwatch.GetTimestamp();
                    await store.MaintainAsync(default);
                    fold += Stopwatch.GetTimestamp() - start;
                }
            }
            var output = TestContext.Current.TestOutputHelper!;
            int deltas = hours * 360;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{spansPerPoint} spans a point: begin (with sync) {Microseconds(begin) / deltas:f0} us, commit {Microseconds(commit) / deltas:f0} us, fold and merge {Microseconds(fold) / deltas:f0} us for {series} points"));
            var manifest = SeriesManifest.Read(DiskFileLayer.Instance, root, SeriesManifest.FileName);
            foreach (var level in manifest.Blocks.GroupBy(block => block.Summary.Step))
            {
                long cells = level.Sum(block => (long)block.Summary.Cells);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  step {level.Key / 1_000_000_000} s: {level.Count()} blocks, {cells} cells, {(double)level.Sum(block => block.Length) / cells:f1} B a cell"));
            }
            foreach (var (width, step, what) in new[] { (1, 10, "1 h at 10 s"), (4, 60, "4 h at 60 s"), (4, 10, "4 h at 10 s"), (4, 0, "4 h, one point") })
            {
                foreach (bool withDurations in new[] { true, false })
                {
                    var query = new SeriesQuery
                    {
                        Tenant = SeriesProbe.Tenant,
                        Kind = SeriesKind.Red,
                        Range = new TimeRange(SeriesProbe.Now, SeriesProbe.Now + ((ulong)width * 3_600_000_000_000)),
                        Step = TimeSpan.FromSeconds(step),
                        WithDurations = withDurations,
                        MaxPoints = 1_000_000,
                    };
                    foreach (var filters in new SeriesFilter[][] { [], [new SeriesFilter(SeriesLabels.Service, ["service-3"])] })
                    {
                        double best = double.MaxValue;
                        int points = 0;
                        for (int i = 0; i < 7; i++)
                        {
                            long start = Stopwatch.GetTimestamp();
                            var result = await store.ReadAsync(query with { Filters = filters }, default);
                            best = Math.Min(best, Microseconds(Stopwatch.GetTimestamp() - start) / 1000);
                            points = result.Series.Sum(its => its.Points.Count);
                        }
                        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  read {what}, {(filters.Length == 0 ? "all" : "one service")}, durations {withDurations}: {points} points, {best:f2} ms"));
                    }
                }
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;

    private static double Gaussian(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
