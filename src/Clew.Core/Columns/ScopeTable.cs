namespace Clew.Core.Columns;

/// <summary>Instrumentation scopes: one row per distinct scope (OTLP <c>InstrumentationScope</c> with the schema URL of its <c>ScopeSpans</c>).</summary>
public sealed class ScopeTable : Table
{
    /// <summary>String ids.</summary>
    public int[] Names = [];

    /// <summary>String ids.</summary>
    public int[] Versions = [];

    public RowRange[] Attributes = [];

    public uint[] DroppedAttributesCounts = [];

    /// <summary>String ids.</summary>
    public int[] SchemaUrls = [];

    /// <inheritdoc/>
    protected override void Resize(int capacity)
    {
        Array.Resize(ref Names, capacity);
        Array.Resize(ref Versions, capacity);
        Array.Resize(ref Attributes, capacity);
        Array.Resize(ref DroppedAttributesCounts, capacity);
        Array.Resize(ref SchemaUrls, capacity);
    }
}
