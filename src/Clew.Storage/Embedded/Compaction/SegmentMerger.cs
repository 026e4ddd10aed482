using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>
/// Merges segments of one tenant, class and day into one: each trace once, without identical copies and without what was deleted.
/// </summary>
/// <remarks>
/// 1. Resources and scopes of all inputs are brought together; footers say which columns there will be. 2. The tables of traces are
/// joined: which parts each trace has, in the order of the result. 3. Chunk by chunk spans are decoded and written; a trace of several
/// parts (or of unknown self times) is arranged anew first. 4. The segment is put together.
/// Memory: a chunk of spans, one decoded page per column and input, the strings and the encoded bytes of the result, 150 bytes a trace.
/// </remarks>
internal sealed class SegmentMerger(SegmentReaders readers, ITraceArranger arranger, int chunkSpans = 16 * 1024) : IDisposable
{
    private readonly TraceBatch batch = new();
    private readonly List<MergeSource> sources = [];
    private int[] rows = [];
    private ulong[] selfTimes = [];

    /// <summary>Merges.</summary>
    /// <param name="segments">The inputs, oldest first.</param>
    /// <param name="identity">Of the result.</param>
    /// <param name="pause">Called between chunks.</param>
    /// <param name="cancellationToken">Ends the work between chunks.</param>
    /// <exception cref="SegmentDamagedException">An input cannot be read.</exception>
    public async Task<MergedSegment> MergeAsync(
        IReadOnlyList<Segment> segments, SegmentSummary identity, Func<Task> pause, CancellationToken cancellationToken)
    {
        // 1
        var spans = batch.Spans;
        var tables = new MergeTables(spans);
        foreach (var segment in segments)
        {
            Open(segment).ReadShared(tables);
        }
        int sharedAttributes = spans.Attributes.Count;
        var builder = new SegmentBuilder(batch, identity, new IntegerPage(), new StringOwners());
        foreach (var source in sources)
        {
            Census(source, builder);
        }
        builder.Plan(segments.Sum(segment => segment.Summary.Spans));

        // 2
        var traces = Join();
        var counts = new List<int>(traces.Count);

        // 3
        for (int i = 0; i < traces.Count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (; i < traces.Count && spans.Count < chunkSpans; i++)
            {
                Decode(traces[i]);
            }
            for (int trace = 0; trace < batch.Traces.Count; trace++)
            {
                builder.Add(trace);
                counts.Add(batch.Traces.Spans[trace].Count);
            }
            spans.Spans.Clear();
            spans.Events.Clear();
            spans.Links.Clear();
            spans.Attributes.Truncate(sharedAttributes);
            batch.Traces.Clear();
            await pause();
        }

        // 4
        var replaces = sources
            .SelectMany(source => source.Reader.Directory.Replaces.Append(source.Segment.Summary.Name))
            .Distinct().OrderBy(name => name.Sequence).ThenBy(name => name.Part).ToList();
        var image = traces.Count == 0 ? null : builder.Complete(replaces);
        return new MergedSegment(image, [.. traces.Select(trace => trace.Position.TraceId)], counts, sources.ToDictionary(source => source.Segment, source => source.Deletions));
    }

    public void Dispose()
    {
        foreach (var source in sources)
        {
            source.Dispose();
            readers.Return(source.Segment);
        }
        sources.Clear();
    }

    private MergeSource Open(Segment segment)
    {
        SegmentReader? reader = null;
        try
        {
            reader = readers.Rent(segment);
            var source = new MergeSource(segment, reader, batch.Spans);
            sources.Add(source);
            return source;
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

    private void Census(MergeSource source, SegmentBuilder builder) =>
        Guard(source, () => MergeCensus.Count(source.Reader, batch.Spans, builder.Owned));

    private List<JoinedTrace> Join()
    {
        var joined = new Dictionary<Core.Model.TraceId, JoinedTrace>();
        for (int s = 0; s < sources.Count; s++)
        {
            var source = sources[s];
            Guard(source, () =>
            {
                for (int row = 0; row < source.Reader.Directory.Summary.Traces; row++)
                {
                    if (source.Trace(row) is not var (position, flags))
                    {
                        continue;
                    }
                    if (joined.TryGetValue(position.TraceId, out var known))
                    {
                        known.Add(position, flags, new TracePart(s, row));
                    }
                    else
                    {
                        joined.Add(position.TraceId, new JoinedTrace(position, flags, new TracePart(s, row)));
                    }
                }
            });
        }
        var traces = joined.Values.ToList();
        traces.Sort(static (left, right) => left.Position.CompareTo(right.Position));
        return traces;
    }

    private void Decode(JoinedTrace trace)
    {
        var spans = batch.Spans;
        int start = spans.Count;
        int needed = start + trace.Parts.Sum(part => sources[part.Source].SpanCount(part.Row));
        spans.Spans.EnsureCapacity(2 * needed);
        if (batch.SelfTimes.Length < spans.Spans.Capacity)
        {
            Array.Resize(ref batch.SelfTimes, spans.Spans.Capacity);
        }
        bool isWhole = trace.Parts.Length == 1 && sources[trace.Parts[0].Source].HasSelfTimes;
        foreach (var (index, row) in trace.Parts)
        {
            var source = sources[index];
            Guard(source, () => source.Decode(row, trace.Position.TraceId, trace.Parts.Length == 1, isWhole ? batch.SelfTimes : null));
        }
        var flags = trace.Flags;
        if (!isWhole)
        {
            int end = spans.Count;
            int count = Arrange(start, end - start, out bool hasRoot);
            flags = (flags & ~TraceFlags.WithoutRoot) | (hasRoot ? 0 : TraceFlags.WithoutRoot);
            (start, int arrangedEnd) = (end, end + count);
            System.Diagnostics.Debug.Assert(spans.Count == arrangedEnd, "one row for each span");
        }
        batch.Traces.Add(trace.Position.TraceId, new RowRange(start, spans.Count - start), flags);
    }

    /// <summary>Adds the spans once more, in order; what they own is not copied.</summary>
    private int Arrange(int first, int count, out bool hasRoot)
    {
        if (rows.Length < count)
        {
            rows = new int[Math.Max(count, rows.Length * 2)];
            selfTimes = new ulong[rows.Length];
        }
        for (int i = 0; i < count; i++)
        {
            rows[i] = first + i;
        }
        int kept = arranger.Arrange(batch.Spans, rows.AsSpan(0, count), selfTimes.AsSpan(0, count), out hasRoot);
        for (int i = 0; i < kept; i++)
        {
            int row = Repeat(rows[i]);
            batch.SelfTimes[row] = selfTimes[i];
        }
        return kept;
    }

    private int Repeat(int from)
    {
        var s = batch.Spans.Spans;
        int row = s.AddRow();
        s.TraceIds[row] = s.TraceIds[from];
        s.SpanIds[row] = s.SpanIds[from];
        s.ParentSpanIds[row] = s.ParentSpanIds[from];
        s.TraceStates[row] = s.TraceStates[from];
        s.Flags[row] = s.Flags[from];
        s.Names[row] = s.Names[from];
        s.Kinds[row] = s.Kinds[from];
        s.StartTimes[row] = s.StartTimes[from];
        s.EndTimes[row] = s.EndTimes[from];
        s.StatusCodes[row] = s.StatusCodes[from];
        s.StatusMessages[row] = s.StatusMessages[from];
        s.Attributes[row] = s.Attributes[from];
        s.DroppedAttributesCounts[row] = s.DroppedAttributesCounts[from];
        s.Events[row] = s.Events[from];
        s.DroppedEventsCounts[row] = s.DroppedEventsCounts[from];
        s.Links[row] = s.Links[from];
        s.DroppedLinksCounts[row] = s.DroppedLinksCounts[from];
        s.Resources[row] = s.Resources[from];
        s.Scopes[row] = s.Scopes[from];
        return row;
    }

    /// <summary>Says whose damage it is.</summary>
    private static void Guard(MergeSource source, Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure) when (StoreHealth.IsDamage(failure))
        {
            throw new MergeInputDamagedException(source.Segment, failure);
        }
    }
}
