using Clew.Core.Model;

namespace Clew.Core.Columns;

/// <summary>Spans as columns.</summary>
public sealed class SpanTable : Table
{
    public TraceId[] TraceIds = [];

    public SpanId[] SpanIds = [];

    /// <summary>Empty for a root.</summary>
    public SpanId[] ParentSpanIds = [];

    /// <summary>String ids.</summary>
    public int[] TraceStates = [];

    public uint[] Flags = [];

    /// <summary>String ids.</summary>
    public int[] Names = [];

    public SpanKind[] Kinds = [];

    /// <summary>Unix nanoseconds.</summary>
    public ulong[] StartTimes = [];

    /// <summary>Unix nanoseconds. May lie before the start: it is kept as sent.</summary>
    public ulong[] EndTimes = [];

    public StatusCode[] StatusCodes = [];

    /// <summary>String ids.</summary>
    public int[] StatusMessages = [];

    public RowRange[] Attributes = [];

    public uint[] DroppedAttributesCounts = [];

    public RowRange[] Events = [];

    public uint[] DroppedEventsCounts = [];

    public RowRange[] Links = [];

    public uint[] DroppedLinksCounts = [];

    /// <summary>Rows of the resource table.</summary>
    public int[] Resources = [];

    /// <summary>Rows of the scope table.</summary>
    public int[] Scopes = [];

    /// <summary>Nanoseconds from start to end; 0 where the end lies before the start.</summary>
    public ulong Duration(int row) => EndTimes[row] > StartTimes[row] ? EndTimes[row] - StartTimes[row] : 0;

    /// <inheritdoc/>
    protected override void Resize(int capacity)
    {
        Array.Resize(ref TraceIds, capacity);
        Array.Resize(ref SpanIds, capacity);
        Array.Resize(ref ParentSpanIds, capacity);
        Array.Resize(ref TraceStates, capacity);
        Array.Resize(ref Flags, capacity);
        Array.Resize(ref Names, capacity);
        Array.Resize(ref Kinds, capacity);
        Array.Resize(ref StartTimes, capacity);
        Array.Resize(ref EndTimes, capacity);
        Array.Resize(ref StatusCodes, capacity);
        Array.Resize(ref StatusMessages, capacity);
        Array.Resize(ref Attributes, capacity);
        Array.Resize(ref DroppedAttributesCounts, capacity);
        Array.Resize(ref Events, capacity);
        Array.Resize(ref DroppedEventsCounts, capacity);
        Array.Resize(ref Links, capacity);
        Array.Resize(ref DroppedLinksCounts, capacity);
        Array.Resize(ref Resources, capacity);
        Array.Resize(ref Scopes, capacity);
    }
}
