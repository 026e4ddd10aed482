using Clew.Core.Model;

namespace Clew.Core.Columns;

/// <summary>Links of all spans of a batch. A span's links are consecutive rows.</summary>
public sealed class LinkTable : Table
{
    public TraceId[] TraceIds = [];

    public SpanId[] SpanIds = [];

    /// <summary>String ids.</summary>
    public int[] TraceStates = [];

    public uint[] Flags = [];

    public RowRange[] Attributes = [];

    public uint[] DroppedAttributesCounts = [];

    /// <inheritdoc/>
    protected override void Resize(int capacity)
    {
        Array.Resize(ref TraceIds, capacity);
        Array.Resize(ref SpanIds, capacity);
        Array.Resize(ref TraceStates, capacity);
        Array.Resize(ref Flags, capacity);
        Array.Resize(ref Attributes, capacity);
        Array.Resize(ref DroppedAttributesCounts, capacity);
    }
}
