using Clew.Core.Model;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>Where a column lies, from the footer.</summary>
internal sealed class ColumnInfo
{
    public required int Index { get; init; }

    public required ColumnRole Role { get; init; }

    public required OwnerKind Owner { get; init; }

    public required AttributeType Type { get; init; }

    public required int Ordinal { get; init; }

    /// <summary>Its attribute's key, otherwise empty.</summary>
    public required string Key { get; init; }

    /// <summary>The key in UTF-8.</summary>
    public byte[] KeyBytes => field ??= System.Text.Encoding.UTF8.GetBytes(Key);

    /// <summary>Index of its dictionary, or −1.</summary>
    public required int Dictionary { get; init; }

    public required PageEntry[] Pages { get; init; }

    public required long[] Offsets { get; init; }

    /// <summary>True where the pages belong to row groups.</summary>
    public bool IsGrouped => Owner is OwnerKind.Span or OwnerKind.Event or OwnerKind.Link;
}
