using Clew.Core.Model;

namespace Clew.Core.Columns;

/// <summary>One element of an array (without key) or of a map.</summary>
public readonly ref struct NestedValue(ReadOnlySpan<byte> key, AttributeType type, long bits, ReadOnlySpan<byte> bytes)
{
    /// <summary>UTF-8; empty for array elements.</summary>
    public ReadOnlySpan<byte> Key { get; } = key;

    public AttributeType Type { get; } = type;

    /// <summary>The integer, 0/1, or a double's bits.</summary>
    public long Bits { get; } = bits;

    /// <summary>Text, bytes, or the encoded message of a nested array or map.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;
}
