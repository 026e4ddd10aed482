using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>How the attributes of owners with the same keys and types in the same order are written: worked out once for all of them.</summary>
internal sealed class AttributePlan(int number, int[] keys, AttributeType[] types, uint hash, AttributePlan? next)
{
    /// <summary>0, 1, … within the kind of owner.</summary>
    public int Number => number;

    public int[] Keys => keys;

    public AttributeType[] Types => types;

    public uint Hash => hash;

    /// <summary>Another plan in the same place of <see cref="AttributePlans"/>.</summary>
    public AttributePlan? Next { get; set; } = next;

    /// <summary>Owners that have it.</summary>
    public int Owners { get; set; }

    /// <summary>The id of their shape; −1 while none was written.</summary>
    public int Shape { get; set; } = -1;

    /// <summary>By attribute: its column; null for the catch-all.</summary>
    public ColumnWriter?[] Columns { get; set; } = [];

    public bool Fits(ReadOnlySpan<int> otherKeys, ReadOnlySpan<AttributeType> otherTypes) =>
        otherKeys.SequenceEqual(keys) && otherTypes.SequenceEqual(types);
}
