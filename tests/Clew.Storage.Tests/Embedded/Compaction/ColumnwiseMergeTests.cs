using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Storage.Embedded.Compaction;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Recovery;
using Clew.Storage.Embedded.Segments;
using Clew.Testing;
using Clew.Testing.Stores;

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

    /// <summary>Traces as they are when they are closed: arranged, with what follows from that.</summary>
    private static TraceBatch Closed(SpanBatch spans, TraceFlags flags)
    {
        var open = TraceBatches.Of(spans);
        var closed = new TraceBatch();
        var copier = new SpanBatchCopier(closed.Spans);
        copier.Begin(open.Spans);
        var arranger = new TreeArranger();
        for (int trace = 0; trace < open.Traces.Count; trace++)
        {
            int start = closed.Spans.Count;
            var range = open.Traces.Spans[trace];
            for (int row = range.Start; row < range.End; row++)
            {
                copier.Copy(row);
            }
            arranger.Arrange(closed, start, open.Traces.TraceIds[trace], flags);
        }
        return closed;
    }

    private static IEnumerable<Segment> Segments(MemoryFileLayer files)
    {
        var recovered = new StoreRecovery(files, StoreProbe.Root).Run();
        Assert.Empty(recovered.Problems);
        return recovered.Manifest.Segments.Select((entry, i) =>
            new Segment(i + 1, entry.Path, entry.Length, entry.Summary) { Deletions = recovered.Deletions.GetValueOrDefault(entry.Path) });
    }

    private static SegmentReader Reader(MemoryFileLayer files, Segment segment) =>
        new SegmentReaders(files, StoreProbe.Root, new PageCache(1 << 20), 10).Rent(segment);

    private static async Task<Content> MergeAsync(MemoryFileLayer files, List<Segment> inputs, int groupRows, bool rowwise)
    {
        var readers = new SegmentReaders(files, StoreProbe.Root, new PageCache(1 << 20), 100);
        using var merger = new SegmentMerger(readers, new TreeArranger(), new SegmentBuffers(), chunkSpans: 100) { Rowwise = rowwise };
        var identity = inputs[0].Summary with { Sequence = 1000, Part = 0, Parts = 1, GroupRows = groupRows };
        var merged = await merger.MergeAsync(inputs, identity, () => Task.CompletedTask, default);
        return merged.Image is null ? new Content(identity, [], [], []) : Read(merged.Image);
    }

    /// <summary>Everything in a segment, in its order.</summary>
    private static Content Read(SegmentImage image)
    {
        var file = new ImageFile(image);
        var directory = SegmentDirectory.Read(file);
        Assert.Equal(image.Summary, directory.Summary);
        using var reader = new SegmentReader(1, file, directory, new PageCache(1 << 20));
        var rows = new MergeTraces(reader);
        var batch = new SpanBatch();
        using var decoder = new SpanDecoder(reader, batch, endToEnd: true);
        var traces = new List<string>();
        ulong[] selfTimes = new ulong[directory.Summary.Spans];
        for (int row = 0; row < directory.Summary.Traces; row++)
        {
            traces.Add($"{rows.Position(row)} {rows.Flags(row)} {rows.Spans(row)} {rows.Length(row)}");
            var id = rows.Position(row).TraceId;
            decoder.Decode(id, rows.Spans(row), selfTimes);
            var found = new List<int>();
            reader.FindTrace(id, found);
            Assert.Contains(row, found);
        }
        var spans = Enumerable.Range(0, batch.Count).Select(row => $"{SpanText.Line(batch, row)} self {selfTimes[row]}").ToList();
        return new Content(directory.Summary, traces, spans, [.. directory.Columns.Where(column => column.Role == ColumnRole.Attribute && column.Owner == OwnerKind.Span).Select(column => column.Key)]);
    }

    private sealed record Content(SegmentSummary Summary, List<string> Traces, List<string> Spans, List<string> Keys);
}
