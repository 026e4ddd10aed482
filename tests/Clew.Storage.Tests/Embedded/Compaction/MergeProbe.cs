using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Storage.Embedded.Compaction;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Recovery;
using Clew.Storage.Embedded.Segments;
using Clew.Testing;
using Clew.Testing.Stores;

namespace Clew.Storage.Tests.Embedded.Compaction;

/// <summary>Merges segments of a store's files, and reads all that is in the result.</summary>
internal static class MergeProbe
{
    /// <summary>Traces as they are when they are closed: arranged, with what follows from that.</summary>
    public static TraceBatch Closed(SpanBatch spans, TraceFlags flags)
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

    public static IEnumerable<Segment> Segments(MemoryFileLayer files)
    {
        var recovered = new StoreRecovery(files, StoreProbe.Root).Run();
        Assert.Empty(recovered.Problems);
        return recovered.Manifest.Segments.Select((entry, i) =>
            new Segment(i + 1, entry.Path, entry.Length, entry.Summary) { Deletions = recovered.Deletions.GetValueOrDefault(entry.Path) });
    }

    public static SegmentReader Reader(MemoryFileLayer files, Segment segment) =>
        new SegmentReaders(files, StoreProbe.Root, new PageCache(1 << 20), 10).Rent(segment);

    public static async Task<Content> MergeAsync(MemoryFileLayer files, List<Segment> inputs, int groupRows, bool rowwise)
    {
        var readers = new SegmentReaders(files, StoreProbe.Root, new PageCache(1 << 20), 100);
        using var merger = new SegmentMerger(readers, new TreeArranger(), new SegmentBuffers(), chunkSpans: 100) { Rowwise = rowwise };
        var identity = inputs[0].Summary with { Sequence = 1000, Part = 0, Parts = 1, GroupRows = groupRows };
        var merged = await merger.MergeAsync(inputs, identity, () => Task.CompletedTask, default);
        return merged.Image is null ? new Content(identity, [], [], []) : Read(merged.Image);
    }

    /// <summary>Everything in a segment, in its order.</summary>
    public static Content Read(SegmentImage image)
    {
        var file = new ImageFile(image);
        var directory = SegmentDirectory.Read(file);
        Assert.Equal(image.Summary, directory.Summary);
        using var reader = new SegmentReader(1, file, directory, new PageCache(1 << 20));
        var rows = new MergeTraces(reader);
        var derived = new TraceBatch();
        var batch = derived.Spans;
        using var decoder = new SpanDecoder(reader, batch, endToEnd: true);
        rows.ReadTexts(reader, batch.Strings);
        var traces = new List<string>();
        for (int row = 0; row < directory.Summary.Traces; row++)
        {
            traces.Add($"{rows.Position(row)} {rows.Flags(row)} {rows.Spans(row)} {rows.Length(row)} {Facts(rows.Facts(row))}");
            var id = rows.Position(row).TraceId;
            decoder.Decode(id, rows.Spans(row), derived);
            var found = new List<int>();
            reader.FindTrace(id, found);
            Assert.Contains(row, found);
        }
        var spans = Enumerable.Range(0, batch.Count).Select(row => $"{SpanText.Line(batch, row)} self {derived.SelfTimes[row]} critical {derived.CriticalTimes[row]}").ToList();
        return new Content(directory.Summary, traces, spans, [.. directory.Columns.Where(column => column.Role == ColumnRole.Attribute && column.Owner == OwnerKind.Span).Select(column => column.Key)]);

        string Facts(TraceFacts facts) =>
            $"{facts.Shape:x16} {batch.Text(facts.RootService)} {batch.Text(facts.RootName)} {facts.Errors} {facts.Services}";
    }

    public sealed record Content(SegmentSummary Summary, List<string> Traces, List<string> Spans, List<string> Keys);
}
