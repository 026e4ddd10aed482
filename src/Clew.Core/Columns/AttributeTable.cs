using Clew.Core.Model;

namespace Clew.Core.Columns;

/// <summary>Attributes of all owners of a batch. An owner's attributes are consecutive rows, in the order received.</summary>
public sealed class AttributeTable : Table
{
    /// <summary>String ids.</summary>
    public int[] Keys = [];

    public AttributeType[] Types = [];

    /// <summary>The integer, 0/1, a double's bits, or a string id, by type.</summary>
    public long[] Values = [];

    /// <summary>Adds one attribute.</summary>
    public void Add(int key, AttributeType type, long value)
    {
        int row = AddRow();
        Keys[row] = key;
        Types[row] = type;
        Values[row] = value;
    }

    /// <summary>True where a value of that type is a string id.</summary>
    public static bool IsStringId(AttributeType type) =>
        type is AttributeType.String or AttributeType.Bytes or AttributeType.Array or AttributeType.Map;

    /// <inheritdoc/>
    protected override void Resize(int capacity)
    {
        Array.Resize(ref Keys, capacity);
        Array.Resize(ref Types, capacity);
        Array.Resize(ref Values, capacity);
    }
}
