using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>One of the segments that are merged.</summary>
internal sealed class MergeSource : IDisposable
{
    private readonly TraceRows traces;
    private readonly SpanDecoder inOrder;
    private readonly SpanDecoder anywhere;

    public MergeSource(Segment segment, SegmentReader reader, SpanBatch batch)
    {
        Segment = segment;
        Reader = reader;
        Deletions = segment.Deletions;
        traces = new TraceRows(reader);
        inOrder = new SpanDecoder(reader, batch, endToEnd: true);
        anywhere = new SpanDecoder(reader, batch);
    }

    public Segment Segment { get; }

    public SegmentReader Reader { get; }

    /// <summary>What was deleted when the merge began.</summary>
    public DeletionList? Deletions { get; }

    public bool HasSelfTimes => inOrder.HasSelfTimes;

    /// <summary>Where the trace with that row stands, and its flags; null where it was deleted.</summary>
    public (TracePosition Position, TraceFlags Flags)? Trace(int row) =>
        Deletions?.Contains(row) == true ? null : (traces.Position(row), traces.Flags(row));

    /// <summary>Adds the spans of a trace to the batch.</summary>
    /// <param name="row">The trace's row.</param>
    /// <param name="id">The trace.</param>
    /// <param name="isNext">Traces for which this is true come in the segment's order.</param>
    /// <param name="selfTimes">Where self times go, or null.</param>
    public void Decode(int row, TraceId id, bool isNext, ulong[]? selfTimes) =>
        (isNext ? inOrder : anywhere).Decode(id, traces.Spans(row), selfTimes);

    public int SpanCount(int row) => traces.Spans(row).Count;

    /// <summary>Brings every resource and scope into the batch; equal ones of other segments are shared.</summary>
    public void ReadShared(MergeTables tables)
    {
        for (int row = 0; row < Reader.Directory.Resources; row++)
        {
            int added = tables.Resource(inOrder.Shared.AddResource(row));
            inOrder.Shared.KnowResource(row, added);
            anywhere.Shared.KnowResource(row, added);
        }
        for (int row = 0; row < Reader.Directory.Scopes; row++)
        {
            int added = tables.Scope(inOrder.Shared.AddScope(row));
            inOrder.Shared.KnowScope(row, added);
            anywhere.Shared.KnowScope(row, added);
        }
    }

    public void Dispose()
    {
        traces.Dispose();
        inOrder.Dispose();
        anywhere.Dispose();
    }
}
