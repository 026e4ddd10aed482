using Clew.Core.Model;

namespace Clew.Core.Columns;

/// <summary>Traces (or parts of traces) of a batch, each a run of consecutive spans.</summary>
public sealed class TraceTable : Table
{
    public TraceId[] TraceIds = [];

    /// <summary>The trace's rows in the span table.</summary>
    public RowRange[] Spans = [];

    public TraceFlags[] Flags = [];

    /// <summary>Adds one trace.</summary>
    public void Add(TraceId traceId, RowRange spans, TraceFlags flags)
    {
        int row = AddRow();
        TraceIds[row] = traceId;
        Spans[row] = spans;
        Flags[row] = flags;
    }

    /// <inheritdoc/>
    protected override void Resize(int capacity)
    {
        Array.Resize(ref TraceIds, capacity);
        Array.Resize(ref Spans, capacity);
        Array.Resize(ref Flags, capacity);
    }
}
