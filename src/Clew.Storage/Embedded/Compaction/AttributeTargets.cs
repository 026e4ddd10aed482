using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>Where the attributes of one kind of owner go in the result: the columns of frequent ones, the catch-all of others.</summary>
internal sealed class AttributeTargets
{
    private readonly Dictionary<(int Key, AttributeType Type), MergedColumn> columns = [];
    private readonly StringTable strings;

    /// <param name="owner">Whose attributes.</param>
    /// <param name="counts">How many values each key and type has.</param>
    /// <param name="pages">Pages that each column will have.</param>
    /// <param name="set">The columns of the result.</param>
    /// <param name="strings">Where keys have their ids.</param>
    public AttributeTargets(
        OwnerKind owner, Dictionary<(int Key, AttributeType Type), long> counts, int pages, ColumnSet set, StringTable strings)
    {
        this.strings = strings;
        Shape = set.Ids(ColumnRole.Shape, owner);
        Shapes = new ShapeIds(Shape.Dictionary!);
        long threshold = SegmentFormat.RareValues * Math.Max(pages, 1);
        foreach (var ((key, type), count) in counts)
        {
            if (count >= threshold)
            {
                columns.Add((key, type), new MergedColumn(set.Attribute(owner, columns.Count + 1, key, type, ofBatch: false)));
            }
        }
        if (columns.Count < counts.Count)
        {
            RareKey = new MergedColumn(set.Ids(ColumnRole.RareKey, owner));
            RareType = set.Integers(ColumnRole.RareType, owner);
            RareValue = new MergedColumn(set.Ids(ColumnRole.RareValue, owner));
        }
    }

    public ColumnWriter Shape { get; }

    public ShapeIds Shapes { get; }

    public MergedColumn? RareKey { get; }

    public ColumnWriter? RareType { get; }

    public MergedColumn? RareValue { get; }

    /// <summary>The column of a key and type; null: the catch-all.</summary>
    public MergedColumn? Find(ReadOnlySpan<byte> key, AttributeType type)
    {
        int id = strings.Find(key);
        return id >= 0 && columns.TryGetValue((id, type), out var column) ? column : null;
    }
}
