using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Storage.Embedded.Compaction;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Recovery;
using Clew.Storage.Embedded.Segments;
using Clew.Testing;
using Clew.Testing.Stores;
using static Clew.Storage.Tests.Embedded.Compaction.MergeProbe;

namespace Clew.Storage.Tests.Embedded.Compaction;

/// <summary>
/// Copying columns and taking every trace apart into spans give the same segment: with late parts, copies, deletions, unknown self times,
/// keys that are rare in one input and frequent in another, and groups of other sizes.
/// </summary>
public sealed class ColumnwiseMergeTests
{
    [Theory]
    [InlineData(1, 32)]
    [InlineData(2, 5)]
    [InlineData(3, 4096)]
    [InlineData(4, 7)]
    [InlineData(5, 64)]
    [InlineData(6, 16)]
    public async Task ColumnByColumnAndSpanBySpanGiveTheSame(int seed, int groupRows)
    {
        var files = new MemoryFileLayer();
        await FillAsync(files, seed);
        bool anyWhole = false;
        bool anyParted = false;
        foreach (var day in Segments(files).GroupBy(segment => segment.Summary.Day))
        {
            var columnwise = await MergeAsync(files, [.. day], groupRows, rowwise: false);
            var rowwise = await MergeAsync(files, [.. day], groupRows, rowwise: true);
            Assert.Equal(rowwise.Summary, columnwise.Summary);
            Assert.Equal(rowwise.Traces, columnwise.Traces);
            Assert.Equal(rowwise.Spans, columnwise.Spans);
            int parts = day.Sum(segment => segment.Summary.Traces - (segment.Deletions?.Traces.Count ?? 0));
            anyWhole |= day.Count() > 1 && parts < 2 * columnwise.Traces.Count;
            anyParted |= parts > columnwise.Traces.Count;
        }
        Assert.True(anyWhole && anyParted, "both ways were taken");
    }

    [Fact]
    public async Task KeysGoToTheCatchAllAndComeFromIt()
    {
        // "often" is rare in the first segment and frequent in the second, "seldom" has a column in the first and is rare in the result.
        var files = new MemoryFileLayer();
        await using (var store = StoreProbe.Open(files, groupRows: 16))
        {
            await store.AppendAsync(StoreProbe.Tenant, Numbered(0, 16, i => i < 10 ? [("seldom", $"s{i % 3}"), ("n", i)] : [("often", $"o{i}")]), default);
            await store.AppendAsync(StoreProbe.Tenant, Numbered(16, 80, i => [("n", i), ("often", $"o{i % 20}"), ("n", i), ($"key.{i}", true)]), default);
        }
        var segments = Segments(files).ToList();
        var columnwise = await MergeAsync(files, segments, 16, rowwise: false);
        Assert.Equal((await MergeAsync(files, segments, 16, rowwise: true)).Spans, columnwise.Spans);
        Assert.Equal(["n", "often"], columnwise.Keys.Order());
        Assert.Contains(Reader(files, segments[0]).Directory.Columns, column => column.Key == "seldom");
        Assert.DoesNotContain(Reader(files, segments[0]).Directory.Columns, column => column.Key == "often");
    }

    private static async Task FillAsync(MemoryFileLayer files, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 6; i++)
        {
            await using var store = StoreProbe.Open(files, groupRows: 8 << random.Next(5));
            var generator = new SpanGenerator((seed * 100) + (i % 5)) { Now = StoreProbe.Now };
            var builder = new SpanBatchBuilder();
            for (int span = 0; span < 120; span++)
            {
                // Spans of a trace differ from append to append, except the copies that the last one brings.
                ulong trace = 1 + (ulong)((i % 5 * 9) + random.Next(14));
                generator.Add(builder, (ulong)((i % 5) + 1) * 3, trace);
            }
            var batch = Closed(i < 5 ? builder.Batch : generator.Batch(90, traces: 40), random.Next(2) == 0 ? TraceFlags.Late : TraceFlags.None);
            if (i == 2)
            {
                batch.SelfTimes = [];
            }
            await store.AppendAsync(StoreProbe.Tenant, batch, default);
            await store.AppendAsync(StoreProbe.Tenant, Numbered(i * 7, 12, n => random.Next(3) == 0 ? [($"rare.{n}", n)] : [("a", 1.5), ("b", "x")]), default);
        }
        await using var last = StoreProbe.Open(files);
        await last.DeleteTracesAsync(StoreProbe.Tenant, [.. Enumerable.Range(1, 60).Where(_ => random.Next(6) == 0).Select(id => new TraceId(0, (ulong)id))], default);
    }

    /// <summary>Traces of one span each, with ids from 1000 on.</summary>
    private static TraceBatch Numbered(int first, int count, Func<int, (string, object?)[]> attributes)
    {
        var builder = new SpanBatchBuilder();
        for (int i = first; i < first + count; i++)
        {
            builder.Span((ulong)i + 1000, (ulong)i + 1, start: StoreProbe.Now + ((ulong)i * 977 % 1000), end: StoreProbe.Now + 2000, attributes: attributes(i));
        }
        return Closed(builder.Batch, TraceFlags.None);
    }
}
