using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>
/// Walks the values of one attribute key over the owners of a group. The owners' shapes say which of the key's columns each owner has
/// values in, so a sparse column needs no presence bits.
/// </summary>
internal sealed class AttributeCursor
{
    private readonly OwnerKind owner;
    private readonly ColumnInfo shape;
    private readonly ColumnInfo[] columns;
    private readonly ColumnInfo? rareKey;
    private readonly ColumnInfo? rareType;
    private readonly ColumnInfo? rareValue;
    private readonly int rareKeyId = -1;
    private readonly ShapeTest[] ownerTests;
    private readonly int[][] relevant; // by shape: indexes of columns, in order; Rare for the catch-all

    private AttributeCursor(SegmentReader reader, OwnerKind owner, ColumnInfo shape, string key)
    {
        this.owner = owner;
        this.shape = shape;
        columns = [.. reader.Directory.Attribute(owner, key)];
        rareKey = reader.Directory.Find(ColumnRole.RareKey, owner);
        if (rareKey is not null)
        {
            rareKeyId = reader.Find(rareKey.Dictionary, System.Text.Encoding.UTF8.GetBytes(key));
            rareType = reader.Directory.Get(ColumnRole.RareType, owner);
            rareValue = reader.Directory.Get(ColumnRole.RareValue, owner);
        }
        relevant = IsAbsent ? [] : Relevant(reader);
        IsSingle = Array.TrueForAll(relevant, IsDistinct);
        ownerTests = [.. columns.Select((_, column) => new ShapeTest(relevant, column))];
    }

    /// <summary>The key's columns, one per type.</summary>
    public IReadOnlyList<ColumnInfo> Columns => columns;

    /// <summary>The catch-all's dictionary, where the key occurs in the catch-all; otherwise −1.</summary>
    public int RareDictionary => HasRare ? rareValue!.Dictionary : -1;

    private bool HasRare => rareKeyId >= 0;

    private bool IsAbsent => columns.Length == 0 && !HasRare;

    /// <summary>A cursor for the key, or null where no owner of that kind has it.</summary>
    public static AttributeCursor? Open(SegmentReader reader, OwnerKind owner, string key)
    {
        if (reader.Directory.Find(ColumnRole.Shape, owner) is not { } shape)
        {
            return null;
        }
        var cursor = new AttributeCursor(reader, owner, shape, key);
        return cursor.IsAbsent ? null : cursor;
    }

    public OwnerKind Owner => owner;

    /// <summary>True where no owner has more than one value in the same column: then the values of a column are of so many owners, in order.</summary>
    public bool IsSingle { get; }

    /// <summary>False where the catch-all has no value of the key in the group; reads nothing.</summary>
    public bool MayHaveRare(RowGroup group)
    {
        if (!HasRare)
        {
            return false;
        }
        var rare = rareKey!.Pages[group.Index];
        return rare.Count > 0 && rare.Min <= rareKeyId && rareKeyId <= rare.Max;
    }

    /// <summary>Sets the bit of each owner in the group that has a value in that column.</summary>
    public void MarkOwners(RowGroup group, int column, Span<ulong> having) =>
        group.MarkKept(shape, columns[column].Index, ownerTests[column], having);

    /// <summary>Shows every value of the key in the group, owner by owner, in order.</summary>
    public void Walk<TVisitor>(RowGroup group, ref TVisitor visitor)
        where TVisitor : IAttributeVisitor
    {
        int rare = columns.Length;
        var arrays = new long[columns.Length][];
        for (int i = 0; i < columns.Length; i++)
        {
            arrays[i] = group.Array(columns[i]);
        }
        long[] rareKeys = HasRare ? group.Array(rareKey!) : [];
        long[] rareTypes = HasRare ? group.Array(rareType!) : [];
        long[] rareValues = HasRare ? group.Array(rareValue!) : [];
        Span<int> at = stackalloc int[columns.Length + 1];
        at.Clear();
        var shapes = group.Values(shape);
        for (int row = 0; row < shapes.Length; row++)
        {
            foreach (int entry in relevant[shapes[row]])
            {
                int index = at[entry]++;
                if (entry != rare)
                {
                    visitor.Visit(row, entry, columns[entry].Type, arrays[entry][index]);
                }
                else if (rareKeys[index] == rareKeyId)
                {
                    visitor.Visit(row, rare, (AttributeType)rareTypes[index], rareValues[index]);
                }
            }
        }
    }

    /// <summary>For events and links: how many each span of the group owns. Null where the owners are the group's rows themselves.</summary>
    public ColumnInfo? OwnedCounts(SegmentDirectory directory) => owner switch
    {
        OwnerKind.Event => directory.Get(ColumnRole.EventCount, OwnerKind.Span),
        OwnerKind.Link => directory.Get(ColumnRole.LinkCount, OwnerKind.Span),
        _ => null,
    };

    private bool IsDistinct(int[] entries)
    {
        for (int i = 1; i < entries.Length; i++)
        {
            if (entries[i] != columns.Length && entries.AsSpan(0, i).Contains(entries[i]))
            {
                return false;
            }
        }
        return true;
    }

    private int[][] Relevant(SegmentReader reader)
    {
        var shapes = reader.Shapes(owner)!;
        var result = new int[shapes.Count][];
        var entries = new List<int>();
        for (int id = 0; id < result.Length; id++)
        {
            entries.Clear();
            foreach (int ordinal in shapes[id])
            {
                if (ordinal == 0)
                {
                    if (HasRare)
                    {
                        entries.Add(columns.Length);
                    }
                    continue;
                }
                int column = Array.FindIndex(columns, candidate => candidate.Ordinal == ordinal);
                if (column >= 0)
                {
                    entries.Add(column);
                }
            }
            result[id] = entries.Count == 0 ? [] : [.. entries];
        }
        return result;
    }

    /// <summary>Shapes whose owners have a value in one column.</summary>
    private sealed class ShapeTest(int[][] relevant, int column) : IValueTest
    {
        private readonly Members having = new([.. relevant.Select(entries => entries.Contains(column))]);

        public bool Passes(long value) => having[value];

        public bool MayPass(long min, long max) => true;

        public ulong Pass(ReadOnlySpan<long> values) => having.Pass(values);
    }
}
