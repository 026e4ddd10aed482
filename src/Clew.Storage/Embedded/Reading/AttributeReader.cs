using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>
/// Reads whole attribute lists of one kind of owner, in the order received. Owners of a page are passed in order; an earlier one starts
/// the page again.
/// </summary>
/// <remarks>1. Owners before the wanted ones are counted by shape. 2. The wanted owners' values are loaded. 3. Each owner is read.</remarks>
internal sealed class AttributeReader
{
    private readonly RowWindow window;
    private readonly TextReader texts;
    private readonly ShapeTable? shapes;
    private readonly ColumnInfo? shape;
    private readonly ColumnInfo?[] columns; // by ordinal
    private readonly int[] keys; // by ordinal: the key's id in the batch, −1: not known yet
    private readonly ColumnInfo? rareKey;
    private readonly ColumnInfo? rareType;
    private readonly ColumnInfo? rareValue;
    private readonly int[] passed; // by ordinal: values of owners before the next one
    private readonly int[] wanted; // by ordinal: values of the owners loaded
    private readonly ArraySegment<long>[] values; // by ordinal; of the catch-all: its values
    private readonly int[] at;
    private readonly int[] seen; // by shape
    private ArraySegment<long> loadedShapes;
    private ArraySegment<long> rareKeys;
    private ArraySegment<long> rareTypes;
    private int page = -1;
    private int next;
    private int reading;

    public AttributeReader(SegmentReader reader, OwnerKind owner, RowWindow window, TextReader texts)
    {
        this.window = window;
        this.texts = texts;
        shapes = reader.Shapes(owner);
        shape = reader.Directory.Find(ColumnRole.Shape, owner);
        rareKey = reader.Directory.Find(ColumnRole.RareKey, owner);
        rareType = reader.Directory.Find(ColumnRole.RareType, owner);
        rareValue = reader.Directory.Find(ColumnRole.RareValue, owner);
        int ordinals = shapes is null ? 0 : shapes.LargestOrdinal + 1;
        columns = new ColumnInfo?[ordinals];
        foreach (var column in reader.Directory.Columns)
        {
            if (column.Role == ColumnRole.Attribute && column.Owner == owner && ordinals > 0)
            {
                columns[column.Ordinal] = column;
            }
        }
        keys = new int[ordinals];
        keys.AsSpan().Fill(-1);
        passed = new int[ordinals];
        wanted = new int[ordinals];
        at = new int[ordinals];
        values = new ArraySegment<long>[ordinals];
        seen = new int[shapes?.Count ?? 0];
    }

    /// <summary>Goes to these owners of a page.</summary>
    public void Load(int ofPage, int first, int count)
    {
        if (shape is null || count == 0)
        {
            return;
        }
        if (ofPage != page || first < next)
        {
            Array.Clear(passed);
            page = ofPage;
            next = 0;
        }
        // 1
        var upTo = window.Read(shape, page, next, first + count - next);
        Count(upTo.AsSpan(0, first - next), passed);
        // 2
        loadedShapes = upTo[(first - next)..];
        Array.Clear(wanted);
        Count(loadedShapes, wanted);
        for (int ordinal = 0; ordinal < wanted.Length; ordinal++)
        {
            if (wanted[ordinal] > 0)
            {
                values[ordinal] = ordinal == 0 ? LoadRare() : window.Read(Column(ordinal), page, passed[ordinal], wanted[ordinal]);
                if (ordinal > 0 && columns[ordinal]!.Dictionary is >= 0 and int dictionary)
                {
                    texts.Expect(dictionary, values[ordinal]);
                }
                at[ordinal] = 0;
                passed[ordinal] += wanted[ordinal];
            }
        }
        next = first + count;
        reading = 0;
    }

    /// <summary>Reads the next of the owners loaded into the batch.</summary>
    public RowRange Read(SpanBatch batch)
    {
        int start = batch.Attributes.Count;
        if (shape is null)
        {
            return new RowRange(start, 0);
        }
        // 3
        foreach (int ordinal in shapes![loadedShapes[reading++]])
        {
            int index = at[ordinal]++;
            long value = values[ordinal][index];
            if (ordinal == 0)
            {
                var type = (AttributeType)rareTypes[index];
                batch.Attributes.Add(
                    texts.Id(rareKey!.Dictionary, rareKeys[index]),
                    type,
                    AttributeTable.IsStringId(type) ? texts.Id(rareValue!.Dictionary, value) : value);
                continue;
            }
            var column = columns[ordinal]!;
            ref int key = ref keys[ordinal];
            if (key < 0)
            {
                key = batch.Strings.Intern(column.KeyBytes);
            }
            batch.Attributes.Add(key, column.Type, column.Dictionary >= 0 ? texts.Id(column.Dictionary, value) : value);
        }
        return new RowRange(start, batch.Attributes.Count - start);
    }

    private ArraySegment<long> LoadRare()
    {
        if (rareKey is null || rareType is null || rareValue is null)
        {
            throw new SegmentDamagedException("A shape names the catch-all, which is missing.");
        }
        rareKeys = window.Read(rareKey, page, passed[0], wanted[0]);
        rareTypes = window.Read(rareType, page, passed[0], wanted[0]);
        return window.Read(rareValue, page, passed[0], wanted[0]);
    }

    private ColumnInfo Column(int ordinal) =>
        columns[ordinal] ?? throw new SegmentDamagedException($"A shape names column {ordinal}, which is missing.");

    /// <summary>Adds to each ordinal's count how many values owners of these shapes have.</summary>
    private void Count(ReadOnlySpan<long> ids, int[] counts)
    {
        foreach (long id in ids)
        {
            if ((ulong)id >= (ulong)seen.Length)
            {
                Array.Clear(seen);
                throw new SegmentDamagedException($"A dictionary of {seen.Length} shapes has no shape {id}.");
            }
            seen[id]++;
        }
        foreach (long id in ids)
        {
            int times = seen[id];
            if (times > 0)
            {
                seen[id] = 0;
                foreach (int ordinal in shapes![id])
                {
                    counts[ordinal] += times;
                }
            }
        }
    }
}
