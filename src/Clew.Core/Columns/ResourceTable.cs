namespace Clew.Core.Columns;

/// <summary>Resources: one row per distinct resource (OTLP <c>Resource</c> with the schema URL of its <c>ResourceSpans</c>).</summary>
public sealed class ResourceTable : Table
{
    public RowRange[] Attributes = [];

    public uint[] DroppedAttributesCounts = [];

    /// <summary>String ids.</summary>
    public int[] SchemaUrls = [];

    /// <summary>String ids of the text of <c>service.name</c>, 0 where there is none. Derived from the attributes.</summary>
    public int[] ServiceNames = [];

    /// <inheritdoc/>
    protected override void Resize(int capacity)
    {
        Array.Resize(ref Attributes, capacity);
        Array.Resize(ref DroppedAttributesCounts, capacity);
        Array.Resize(ref SchemaUrls, capacity);
        Array.Resize(ref ServiceNames, capacity);
    }
}
