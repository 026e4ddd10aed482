using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>Reads whole attribute lists of one kind of owner, in the order received. Owners of a group are passed in order.</summary>
internal sealed class AttributeReader
{
    private readonly SegmentReader reader;
    private readonly ColumnInfo? shape;
    private readonly ColumnInfo?[] columns; // by ordinal
    private readonly ColumnInfo? rareKey;
    private readonly ColumnInfo? rareType;
    private readonly ColumnInfo? rareValue;
    private readonly Dictionary<long, int[]> ordinals = [];
    private readonly int[] at;
    private int next;

    public AttributeReader(SegmentReader reader, OwnerKind owner)
    {
        this.reader = reader;
        shape = reader.Directory.Find(ColumnRole.Shape, owner);
        rareKey = reader.Directory.Find(ColumnRole.RareKey, owner);
        rareType = reader.Directory.Find(ColumnRole.RareType, owner);
        rareValue = reader.Directory.Find(ColumnRole.RareValue, owner);
        var own = reader.Directory.Columns.Where(column => column.Role == ColumnRole.Attribute && column.Owner == owner).ToList();
        columns = new ColumnInfo?[own.Count == 0 ? 1 : own.Max(column => column.Ordinal) + 1];
        own.ForEach(column => columns[column.Ordinal] = column);
        at = new int[columns.Length];
    }

    /// <summary>Goes to the first owner of the group that was moved to.</summary>
    public void Begin()
    {
        Array.Clear(at);
        next = 0;
    }

    /// <summary>Passes owners up to that one.</summary>
    public void SkipTo(RowGroup group, int owner)
    {
        if (shape is null)
        {
            return;
        }
        var shapes = group.Values(shape);
        for (; next < owner; next++)
        {
            foreach (int ordinal in Ordinals(shapes[next]))
            {
                at[ordinal]++;
            }
        }
    }

    /// <summary>Reads the next owner's attributes into the batch.</summary>
    public RowRange Read(RowGroup group, SpanBatch batch)
    {
        int start = batch.Attributes.Count;
        foreach (int ordinal in Ordinals(group.Values(shape)[next++]))
        {
            int index = at[ordinal]++;
            if (ordinal == 0)
            {
                var type = (AttributeType)group.Values(rareType)[index];
                long rare = group.Values(rareValue)[index];
                int key = batch.Strings.Intern(reader.Text(rareKey!.Dictionary, group.Values(rareKey)[index]));
                batch.Attributes.Add(key, type, AttributeTable.IsStringId(type) ? Intern(batch, rareValue!.Dictionary, rare) : rare);
                continue;
            }
            var column = columns[ordinal] ?? throw new SegmentDamagedException($"A shape names column {ordinal}, which is missing.");
            long value = group.Values(column)[index];
            batch.Attributes.Add(
                batch.Strings.Intern(System.Text.Encoding.UTF8.GetBytes(column.Key)),
                column.Type,
                column.Dictionary >= 0 ? Intern(batch, column.Dictionary, value) : value);
        }
        return new RowRange(start, batch.Attributes.Count - start);
    }

    private int Intern(SpanBatch batch, int dictionary, long id) => batch.Strings.Intern(reader.Text(dictionary, id));

    private int[] Ordinals(long id)
    {
        if (!ordinals.TryGetValue(id, out int[]? list))
        {
            var read = new List<int>();
            var sequence = reader.Text(shape!.Dictionary, id);
            while (!sequence.IsEmpty)
            {
                read.Add(Varint.ReadInt(ref sequence, columns.Length - 1));
            }
            ordinals.Add(id, list = [.. read]);
        }
        return list;
    }
}
