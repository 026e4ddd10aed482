using Clew.Core.Columns;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>
/// Puts traces together that lie in several parts (or whose self times are not known): some thousand spans at a time are decoded,
/// arranged anew and written as a segment in memory, so that afterwards every trace lies whole in one input.
/// </summary>
/// <remarks>Memory: a batch of so many spans (and the largest trace), and about 30 bytes for each span put together.</remarks>
internal sealed class TraceJoiner(IReadOnlyList<MergeSource> sources, ITraceArranger arranger, SegmentSummary identity, int chunkSpans)
{
    private static readonly PageCache NoCache = new(0);

    private readonly TraceBatch batch = new();
    private readonly SegmentWriter writer = new();
    private readonly Dictionary<MergeSource, SpanDecoder> decoders = [];
    private int[] rows = [];
    private ulong[] selfTimes = [];

    /// <summary>Puts the first of these traces together, as many as make up a chunk.</summary>
    /// <param name="traces">In the order of the result. What was done says from now on where it lies.</param>
    /// <returns>How many were done, and the input in which they lie.</returns>
    public (int Count, MergeSource Source) Join(ReadOnlySpan<JoinedTrace> traces)
    {
        batch.Clear();
        foreach (var source in sources)
        {
            decoders.Add(source, new SpanDecoder(source.Reader, batch.Spans));
        }
        int count = 0;
        try
        {
            for (; count < traces.Length && batch.Spans.Count < chunkSpans; count++)
            {
                Arrange(traces[count]);
            }
        }
        finally
        {
            foreach (var decoder in decoders.Values)
            {
                decoder.Dispose();
            }
            decoders.Clear();
        }
        int[] order = [.. Enumerable.Range(0, count)];
        var file = new ImageFile(writer.Write(batch, order, identity));
        var joined = new MergeSource(null, new SegmentReader(0, file, SegmentDirectory.Read(file), NoCache));
        for (int i = 0; i < count; i++)
        {
            traces[i].Replace(new TracePart(joined, i), batch.Traces.Flags[i]);
        }
        return (count, joined);
    }

    private void Arrange(JoinedTrace trace)
    {
        var spans = batch.Spans;
        int start = spans.Count;
        foreach (var (source, row) in trace.Parts)
        {
            MergeInputDamagedException.Guard(source.Segment, () => decoders[source].Decode(trace.Position.TraceId, source.Spans(row)));
        }
        int count = spans.Count - start;
        if (rows.Length < count)
        {
            rows = new int[Math.Max(count, rows.Length * 2)];
            selfTimes = new ulong[rows.Length];
        }
        for (int i = 0; i < count; i++)
        {
            rows[i] = start + i;
        }
        int kept = arranger.Arrange(spans, rows.AsSpan(0, count), selfTimes.AsSpan(0, count), out bool hasRoot);
        spans.Spans.Arrange(start, rows.AsSpan(0, kept));
        if (batch.SelfTimes.Length < spans.Spans.Capacity)
        {
            Array.Resize(ref batch.SelfTimes, spans.Spans.Capacity);
        }
        selfTimes.AsSpan(0, kept).CopyTo(batch.SelfTimes.AsSpan(start));
        var flags = (trace.Flags & ~TraceFlags.WithoutRoot) | (hasRoot ? 0 : TraceFlags.WithoutRoot);
        batch.Traces.Add(trace.Position.TraceId, new RowRange(start, kept), flags);
    }
}
