using Clew.Core.Columns;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>
/// Puts traces together that lie in several parts (or of which nothing is derived): some thousand spans at a time are decoded,
/// arranged anew and written as a segment in memory, so that afterwards every trace lies whole in one input.
/// </summary>
/// <remarks>Memory: a batch of so many spans (and the largest trace), and about 30 bytes for each span put together.</remarks>
internal sealed class TraceJoiner(IReadOnlyList<MergeSource> sources, ITraceArranger arranger, SegmentSummary identity, int chunkSpans)
{
    private static readonly PageCache NoCache = new(0);

    private readonly TraceBatch batch = new();
    private readonly SegmentWriter writer = new();
    private readonly Dictionary<MergeSource, SpanDecoder> decoders = [];

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
        int start = batch.Spans.Count;
        foreach (var (source, row) in trace.Parts)
        {
            MergeInputDamagedException.Guard(source.Segment, () => decoders[source].Decode(trace.Position.TraceId, source.Traces.Spans(row)));
        }
        arranger.Arrange(batch, start, trace.Position.TraceId, trace.Flags);
    }
}
