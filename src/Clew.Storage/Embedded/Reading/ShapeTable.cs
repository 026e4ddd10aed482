using Clew.Core.Encodings;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>
/// The distinct shapes of one kind of owner in a segment, parsed when first met. Bounded by their dictionary. Safe from any thread:
/// two may parse the same shape, either result is kept.
/// </summary>
internal sealed class ShapeTable
{
    private readonly SegmentReader reader;
    private readonly ColumnInfo column;
    private readonly int[]?[] ordinals;

    public ShapeTable(SegmentReader reader, ColumnInfo column)
    {
        this.reader = reader;
        this.column = column;
        ordinals = new int[reader.Directory.Dictionaries[column.Dictionary].Count][];
        foreach (var attribute in reader.Directory.Columns)
        {
            if (attribute.Role == ColumnRole.Attribute && attribute.Owner == column.Owner)
            {
                LargestOrdinal = Math.Max(LargestOrdinal, attribute.Ordinal);
            }
        }
    }

    public int Count => ordinals.Length;

    /// <summary>Largest ordinal of the owner's columns; 0 where there is only the catch-all.</summary>
    public int LargestOrdinal { get; }

    /// <summary>The ordinals of the attributes of owners with that shape, in order; 0 is the catch-all.</summary>
    public int[] this[long id] => (ulong)id < (ulong)ordinals.Length
        ? ordinals[id] ?? (ordinals[id] = Parse(id))
        : throw new SegmentDamagedException($"A dictionary of {ordinals.Length} shapes has no shape {id}.");

    private int[] Parse(long id)
    {
        var read = new List<int>();
        var sequence = reader.Text(column.Dictionary, id);
        while (!sequence.IsEmpty)
        {
            read.Add(Varint.ReadInt(ref sequence, LargestOrdinal));
        }
        return read.Count == 0 ? [] : [.. read];
    }
}
