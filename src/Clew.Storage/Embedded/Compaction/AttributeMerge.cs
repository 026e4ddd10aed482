using System.Buffers;
using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>
/// Brings the attributes of one kind of owner from one input to the result. Owners of a page come in order; those in between are passed.
/// </summary>
/// <remarks>
/// Shapes say how many values some owners have in each column, so values are copied column by column, and shapes are translated like
/// entries of a dictionary. Only owners with attributes in a catch-all, here or there, are copied one by one.
/// </remarks>
internal sealed class AttributeMerge
{
    private readonly MergeSource source;
    private readonly AttributeTargets targets;
    private readonly ColumnInfo? shape;
    private readonly ShapeTable? shapes;
    private readonly ColumnInfo?[] columns; // by ordinal
    private readonly MergedColumn?[] targetOf; // by ordinal, null: the catch-all
    private readonly int[] at; // by ordinal: the next owner's values
    private readonly int[] wanted; // by ordinal
    private readonly int[] seen; // by shape
    private readonly int[] translated; // by shape: id + 1 in the result
    private readonly bool[] touchesRare; // by shape; true or not known
    private readonly List<int> distinct = [];
    private readonly List<int> ordinals = [];
    private readonly ArrayBufferWriter<byte> sequence = new();
    private readonly ColumnInfo? rareKey;
    private readonly ColumnInfo? rareType;
    private readonly ColumnInfo? rareValue;
    private readonly Dictionary<(long Key, long Type), MergedColumn?> rareTargets = [];
    private int page = -1;

    public AttributeMerge(MergeSource source, OwnerKind owner, AttributeTargets targets)
    {
        this.source = source;
        this.targets = targets;
        var directory = source.Reader.Directory;
        shape = directory.Find(ColumnRole.Shape, owner);
        shapes = source.Reader.Shapes(owner);
        rareKey = directory.Find(ColumnRole.RareKey, owner);
        rareType = directory.Find(ColumnRole.RareType, owner);
        rareValue = directory.Find(ColumnRole.RareValue, owner);
        int count = shapes is null ? 0 : shapes.LargestOrdinal + 1;
        columns = new ColumnInfo?[count];
        targetOf = new MergedColumn?[count];
        foreach (var column in directory.Columns)
        {
            if (column.Role == ColumnRole.Attribute && column.Owner == owner && count > 0)
            {
                columns[column.Ordinal] = column;
                targetOf[column.Ordinal] = targets.Find(column.KeyBytes, column.Type);
            }
        }
        at = new int[count];
        wanted = new int[count];
        seen = new int[shapes?.Count ?? 0];
        translated = new int[seen.Length];
        touchesRare = new bool[seen.Length];
        Array.Fill(touchesRare, true);
    }

    /// <summary>Goes to the first owner of a page.</summary>
    public void MoveTo(int ofPage)
    {
        page = ofPage;
        Array.Clear(at);
    }

    /// <summary>Passes some owners.</summary>
    public void Skip(int first, int count)
    {
        if (shape is not null && count > 0)
        {
            Histogram(source.Read(shape, page, first, count));
            CountValues();
            foreach (int ordinal in ordinals)
            {
                at[ordinal] += wanted[ordinal];
                wanted[ordinal] = 0;
            }
        }
    }

    /// <summary>Copies the attributes of some owners.</summary>
    public void Copy(int first, int count)
    {
        if (count == 0)
        {
            return;
        }
        if (shape is null)
        {
            targets.Shape.Reserve(count).Fill(targets.Shapes.IdOf([]));
            return;
        }
        var ids = source.Read(shape, page, first, count);
        bool anyRare = Histogram(ids);
        var room = targets.Shape.Reserve(count);
        if (anyRare)
        {
            distinct.ForEach(id => seen[id] = 0);
            for (int i = 0; i < ids.Length; i++)
            {
                room[i] = CopyOwner(shapes![ids[i]]);
            }
            return;
        }
        for (int i = 0; i < ids.Length; i++)
        {
            room[i] = translated[ids[i]] - 1;
        }
        CountValues();
        foreach (int ordinal in ordinals)
        {
            var column = columns[ordinal]!;
            targetOf[ordinal]!.Add(source, column.Dictionary, source.Read(column, page, at[ordinal], wanted[ordinal]));
            at[ordinal] += wanted[ordinal];
            wanted[ordinal] = 0;
        }
    }

    /// <summary>Counts owners by shape; true where one of the shapes has to do with a catch-all.</summary>
    private bool Histogram(ReadOnlySpan<long> ids)
    {
        distinct.Clear();
        bool anyRare = false;
        foreach (long id in ids)
        {
            if ((ulong)id >= (ulong)seen.Length)
            {
                Array.Clear(seen);
                throw new SegmentDamagedException($"A dictionary of {seen.Length} shapes has no shape {id}.", page);
            }
            if (seen[id]++ == 0)
            {
                distinct.Add((int)id);
                anyRare |= touchesRare[id] && TouchesRare((int)id);
            }
        }
        return anyRare;
    }

    /// <summary>Looks at a shape and, where all of its attributes have columns on both sides, translates it.</summary>
    private bool TouchesRare(int id)
    {
        sequence.ResetWrittenCount();
        foreach (int ordinal in shapes![id])
        {
            if (ordinal != 0 && columns[ordinal] is null)
            {
                throw new SegmentDamagedException($"A shape names column {ordinal}, which is missing.");
            }
            if (ordinal == 0 || targetOf[ordinal] is null)
            {
                return true;
            }
            Varint.Write(sequence, (ulong)targetOf[ordinal]!.Writer.Ordinal);
        }
        translated[id] = targets.Shapes.IdOf(sequence.WrittenSpan) + 1;
        touchesRare[id] = false;
        return false;
    }

    /// <summary>From owners by shape to values by ordinal.</summary>
    private void CountValues()
    {
        ordinals.Clear();
        foreach (int id in distinct)
        {
            int times = seen[id];
            seen[id] = 0;
            foreach (int ordinal in shapes![id])
            {
                if (wanted[ordinal] == 0)
                {
                    ordinals.Add(ordinal);
                }
                wanted[ordinal] += times;
            }
        }
    }

    /// <summary>Copies one owner's attributes; returns its shape.</summary>
    private int CopyOwner(int[] shapeOfOwner)
    {
        sequence.ResetWrittenCount();
        foreach (int ordinal in shapeOfOwner)
        {
            int index = at[ordinal]++;
            var target = ordinal == 0 ? CopyRare(index) : CopyValue(ordinal, index);
            Varint.Write(sequence, (ulong)(target?.Writer.Ordinal ?? 0));
        }
        return targets.Shapes.IdOf(sequence.WrittenSpan);
    }

    private MergedColumn? CopyValue(int ordinal, int index)
    {
        var column = columns[ordinal]!;
        var values = source.Read(column, page, index, 1);
        var target = targetOf[ordinal];
        if (target is null)
        {
            AddRare(targets.RareKey!.Texts!.IdOf(column.KeyBytes), column.Type, column.Dictionary, values);
        }
        else
        {
            target.Add(source, column.Dictionary, values);
        }
        return target;
    }

    private MergedColumn? CopyRare(int index)
    {
        if (rareKey is null || rareType is null || rareValue is null)
        {
            throw new SegmentDamagedException("A shape names the catch-all, which is missing.");
        }
        long key = source.Read(rareKey, page, index, 1)[0];
        long type = source.Read(rareType, page, index, 1)[0];
        var values = source.Read(rareValue, page, index, 1);
        if (!rareTargets.TryGetValue((key, type), out var target))
        {
            target = targets.Find(source.Text(rareKey.Dictionary, key), (AttributeType)type);
            rareTargets.Add((key, type), target);
        }
        if (target is null)
        {
            AddRare(targets.RareKey!.Texts!.Map(source, rareKey.Dictionary, key), (AttributeType)type, rareValue.Dictionary, values);
        }
        else
        {
            target.Add(source, rareValue.Dictionary, values);
        }
        return target;
    }

    private void AddRare(long key, AttributeType type, int dictionary, ReadOnlySpan<long> value)
    {
        targets.RareKey!.Writer.Add(key);
        targets.RareType!.Add((long)type);
        if (AttributeTable.IsStringId(type))
        {
            targets.RareValue!.Add(source, dictionary, value);
        }
        else
        {
            targets.RareValue!.Writer.Add(value[0]);
        }
    }
}
