namespace Clew.Core.Columns;

/// <summary>Events of all spans of a batch. A span's events are consecutive rows.</summary>
public sealed class EventTable : Table
{
    /// <summary>Unix nanoseconds.</summary>
    public ulong[] Times = [];

    /// <summary>String ids.</summary>
    public int[] Names = [];

    public RowRange[] Attributes = [];

    public uint[] DroppedAttributesCounts = [];

    /// <inheritdoc/>
    protected override void Resize(int capacity)
    {
        Array.Resize(ref Times, capacity);
        Array.Resize(ref Names, capacity);
        Array.Resize(ref Attributes, capacity);
        Array.Resize(ref DroppedAttributesCounts, capacity);
    }
}
