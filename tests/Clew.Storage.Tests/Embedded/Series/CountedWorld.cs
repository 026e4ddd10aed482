using System.Globalization;
using Clew.Core.Columns;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Core.Series;
using Clew.Storage.Embedded;
using Clew.Storage.Embedded.Series;
using Clew.Testing;
using Clew.Testing.Files;
using Clew.Testing.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Storage.Tests.Embedded.Series;

/// <summary>A span store and a series store on one disk. Batch n has n + 1 spans named "batch n", and counts them under that operation.</summary>
internal sealed class CountedWorld : IAsyncDisposable
{
    private const string SpanRoot = "/spans";

    private CountedWorld(EmbeddedSpanStore spans, EmbeddedSeriesStore series)
    {
        Spans = spans;
        Series = series;
    }

    public EmbeddedSpanStore Spans { get; }

    public EmbeddedSeriesStore Series { get; }

    /// <summary>A disk with the directories that both use.</summary>
    public static FaultyFileLayer Disk(int seed)
    {
        var files = SeriesProbe.Files(seed);
        foreach (string directory in (string[])[SpanRoot, $"{SpanRoot}/default", $"{SpanRoot}/default/default", $"{SpanRoot}/default/default/20260101", $"{SeriesProbe.Root}/default"])
        {
            files.CreateDirectory(directory);
        }
        return files;
    }

    public static CountedWorld Open(IFileLayer files)
    {
        var spans = EmbeddedSpanStore.Open(
            new EmbeddedStoreOptions { Directory = SpanRoot, GroupRows = 32, MergeFanIn = 3, QuietTime = TimeSpan.Zero },
            files, NullLogger<EmbeddedSpanStore>.Instance, null, new TreeArranger());
        return new CountedWorld(spans, SeriesProbe.Open(files, spans.LastAppend, change: options => options with { MergeFanIn = 2 }));
    }

    public ValueTask AppendAsync(int batch)
    {
        var builder = new SpanBatchBuilder();
        var delta = new SeriesDelta();
        for (int i = 0; i <= batch; i++)
        {
            ulong start = SeriesProbe.Now + ((ulong)(batch * 7) * 1_000_000_000);
            builder.Span((ulong)batch + 1, (ulong)i + 1, name: $"batch {batch}", start: start, end: start + (ulong)i);
            int cell = delta.CellOf(SeriesKey.Red("service", $"batch {batch}", SpanKind.Server, StatusCode.Ok), SeriesDelta.StepOf(start));
            delta.Add(cell, (ulong)i, isError: i == 0);
        }
        return CountedAppend.AppendAsync(Spans, Series, SeriesProbe.Tenant, TraceBatches.Of(builder.Batch), delta, default);
    }

    /// <summary>Work that folds, merges blocks, merges segments and goes on in between.</summary>
    public async Task WorkAsync(int first, int attempts = 1)
    {
        for (int batch = first; batch < first + 9; batch++)
        {
            for (int attempt = 0; attempt < attempts; attempt++)
            {
                try
                {
                    await AppendAsync(batch);
                    break;
                }
                catch (StoreUnavailableException)
                {
                    // A sender would try again.
                }
            }
            if (batch % 3 == 2)
            {
                await Series.MaintainAsync(default);
            }
            if (batch % 9 == 5)
            {
                await Spans.MaintainAsync(default);
            }
        }
    }

    /// <summary>Stored spans by batch.</summary>
    public async Task<SortedDictionary<string, ulong>> StoredAsync()
    {
        var result = await StoreProbe.CountAsync(Spans, FieldReference.Of(SpanField.Name));
        return new SortedDictionary<string, ulong>(result.Groups.ToDictionary(group => group.Key.Values[0].ToString(), group => (ulong)group.Value[0]), StringComparer.Ordinal);
    }

    /// <summary>Counted spans by batch, at that resolution; durations and errors are checked on the way.</summary>
    public async Task<SortedDictionary<string, ulong>> CountedAsync(TimeSpan step)
    {
        var result = await Series.ReadAsync(
            new SeriesQuery { Tenant = SeriesProbe.Tenant, Kind = SeriesKind.Red, Range = new TimeRange(SeriesProbe.Now, ulong.MaxValue), Step = step }, default);
        Assert.False(result.IsIncomplete);
        Assert.Equal(SeriesClock.Nanoseconds(step), result.Step);
        var counts = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var (key, points) in result.Series)
        {
            var point = Assert.Single(points);
            ulong batch = ulong.Parse(key.Labels[SeriesLabels.Operation].AsSpan(6), CultureInfo.InvariantCulture);
            Assert.Equal(1UL, point.Errors);
            Assert.Equal(batch, point.Durations!.Max);
            Assert.Equal((UInt128)(batch * (batch + 1) / 2), point.Durations.Sum);
            counts.Add(key.Labels[SeriesLabels.Operation], point.Count);
        }
        return counts;
    }

    /// <summary>Every resolution counts exactly what is stored.</summary>
    public async Task AssertSameAsync(string when)
    {
        var stored = await StoredAsync();
        foreach (var resolution in Series.Resolutions)
        {
            var counted = await CountedAsync(resolution.Step);
            Assert.True(stored.SequenceEqual(counted), $"{when}, to {resolution.Step}: stored {string.Join(' ', stored)}, counted {string.Join(' ', counted)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Series.DisposeAsync();
        await Spans.DisposeAsync();
    }
}
