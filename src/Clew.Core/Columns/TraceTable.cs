using Clew.Core.Model;

namespace Clew.Core.Columns;

/// <summary>Traces (or parts of traces) of a batch, each a run of consecutive spans.</summary>
public sealed class TraceTable : Table
{
    public TraceId[] TraceIds = [];

    /// <summary>The trace's rows in the span table.</summary>
    public RowRange[] Spans = [];

    public TraceFlags[] Flags = [];

    /// <summary>Derived: which operations call which, counts folded (docs/analysis/shapes.md); 0 where it is not known.</summary>
    public ulong[] ShapeHashes = [];

    /// <summary>Derived: string ids of the root's service; 0 without a root.</summary>
    public int[] RootServices = [];

    /// <summary>Derived: string ids of the root's name; 0 without a root.</summary>
    public int[] RootNames = [];

    /// <summary>Derived: spans with status error.</summary>
    public int[] ErrorCounts = [];

    /// <summary>Derived: distinct services.</summary>
    public int[] ServiceCounts = [];

    /// <summary>Adds one trace of which nothing is derived; returns its row.</summary>
    public int Add(TraceId traceId, RowRange spans, TraceFlags flags)
    {
        int row = AddRow();
        TraceIds[row] = traceId;
        Spans[row] = spans;
        Flags[row] = flags;
        ShapeHashes[row] = 0;
        RootServices[row] = 0;
        RootNames[row] = 0;
        ErrorCounts[row] = 0;
        ServiceCounts[row] = 0;
        return row;
    }

    /// <summary>Copies a row, everything that is derived included, over another.</summary>
    public void Copy(int from, int to)
    {
        TraceIds[to] = TraceIds[from];
        Spans[to] = Spans[from];
        Flags[to] = Flags[from];
        ShapeHashes[to] = ShapeHashes[from];
        RootServices[to] = RootServices[from];
        RootNames[to] = RootNames[from];
        ErrorCounts[to] = ErrorCounts[from];
        ServiceCounts[to] = ServiceCounts[from];
    }

    /// <inheritdoc/>
    protected override void Resize(int capacity)
    {
        Array.Resize(ref TraceIds, capacity);
        Array.Resize(ref Spans, capacity);
        Array.Resize(ref Flags, capacity);
        Array.Resize(ref ShapeHashes, capacity);
        Array.Resize(ref RootServices, capacity);
        Array.Resize(ref RootNames, capacity);
        Array.Resize(ref ErrorCounts, capacity);
        Array.Resize(ref ServiceCounts, capacity);
    }
}
