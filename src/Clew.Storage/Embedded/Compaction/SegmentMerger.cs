using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>
/// Merges segments of one tenant, class and day into one: each trace once, without identical copies and without what was deleted.
/// </summary>
/// <remarks>
/// 1. The tables of traces are joined: which parts each trace has, in the order of the result. 2. Traces of several parts (or of which
/// nothing is derived) are put together (<see cref="TraceJoiner"/>). 3. Now that each lies whole in one place, columns are copied
/// (<see cref="ColumnMerger"/>). Memory: what these three say.
/// </remarks>
/// <param name="readers">Opens the inputs.</param>
/// <param name="arranger">Puts parts of a trace together.</param>
/// <param name="buffers">Where the result is written; it is valid until they are reset.</param>
/// <param name="chunkSpans">Spans between two pauses.</param>
internal sealed class SegmentMerger(SegmentReaders readers, ITraceArranger arranger, SegmentBuffers buffers, int chunkSpans = 16 * 1024) : IDisposable
{
    private readonly List<MergeSource> sources = [];

    /// <summary>Puts every trace together, as if it had parts: for tests.</summary>
    internal bool Rowwise { get; init; }

    /// <summary>Merges.</summary>
    /// <param name="segments">The inputs, oldest first.</param>
    /// <param name="identity">Of the result.</param>
    /// <param name="pause">Called between chunks.</param>
    /// <param name="cancellationToken">Ends the work between chunks.</param>
    /// <exception cref="MergeInputDamagedException">An input cannot be read.</exception>
    public async Task<MergedSegment> MergeAsync(
        IReadOnlyList<Segment> segments, SegmentSummary identity, Func<Task> pause, CancellationToken cancellationToken)
    {
        // 1
        foreach (var segment in segments)
        {
            sources.Add(Open(segment));
        }
        var inputs = sources.ToList();
        var traces = TraceJoin.Join(inputs);

        // 2
        var parted = traces.Where(trace => Rowwise || trace.Parts.Length > 1 || !trace.Parts[0].Source.HasDerivedValues).ToArray();
        var joiner = new TraceJoiner(inputs, arranger, identity, chunkSpans);
        for (int done = 0; done < parted.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (count, source) = joiner.Join(parted.AsSpan(done));
            sources.Add(source);
            done += count;
            await pause();
        }

        // 3
        var merger = new ColumnMerger(
            [.. sources.Where(source => source.HasDerivedValues)], identity, segments.Sum(segment => segment.Summary.Spans), buffers);
        var counts = new List<int>(traces.Count);
        int sincePause = 0;
        foreach (var trace in traces)
        {
            var (source, row) = trace.Parts[0];
            int spans = merger.Add(source, row, trace.Flags);
            counts.Add(spans);
            sincePause += spans;
            if (sincePause >= chunkSpans)
            {
                sincePause = 0;
                cancellationToken.ThrowIfCancellationRequested();
                await pause();
            }
        }
        var replaces = inputs
            .SelectMany(source => source.Reader.Directory.Replaces.Append(source.Segment!.Summary.Name))
            .Distinct().OrderBy(name => name.Sequence).ThenBy(name => name.Part).ToList();
        return new MergedSegment(
            traces.Count == 0 ? null : merger.Complete(replaces),
            [.. traces.Select(trace => trace.Position.TraceId)],
            counts,
            inputs.ToDictionary(source => source.Segment!, source => source.Deletions));
    }

    public void Dispose()
    {
        foreach (var source in sources)
        {
            source.Dispose();
            if (source.Segment is { } segment)
            {
                readers.Return(segment);
            }
        }
        sources.Clear();
    }

    private MergeSource Open(Segment segment)
    {
        SegmentReader? reader = null;
        try
        {
            reader = readers.Rent(segment);
            return new MergeSource(segment, reader);
        }
        catch (Exception failure) when (StoreHealth.IsDamage(failure))
        {
            if (reader is not null)
            {
                readers.Return(segment);
            }
            throw new MergeInputDamagedException(segment, failure);
        }
    }
}
