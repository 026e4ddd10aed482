using System.Buffers;
using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Distributes the attributes of one kind of owner over columns: first every owner is counted, then the columns are laid out (rare
/// ones share the catch-all), then every owner is written.
/// </summary>
internal sealed class AttributeWriter(OwnerKind owner, SpanBatch batch, ColumnSet set)
{
    private const int Types = 8;

    private readonly StringTable shapes = new();
    private readonly ArrayBufferWriter<byte> sequence = new();
    private readonly Dictionary<int, int> keySlots = [];
    private int[] slotOfKey = []; // by string id; slot + 1
    private int[] counts = []; // by slot and type
    private ColumnWriter?[] columns = [];
    private int slots;
    private ColumnWriter shape = null!;
    private ColumnWriter rareKey = null!;
    private ColumnWriter rareType = null!;
    private ColumnWriter rareValue = null!;

    /// <summary>Counts an owner's attributes.</summary>
    public void Count(RowRange rows)
    {
        var attributes = batch.Attributes;
        for (int i = rows.Start; i < rows.End; i++)
        {
            int slot = SlotOf(attributes.Keys[i]); // may replace the counts
            counts[(slot * Types) + (int)attributes.Types[i]]++;
        }
    }

    /// <summary>Says that so many attributes of that key and type will come, at most.</summary>
    public void Expect(int key, AttributeType type, int count)
    {
        int slot = SlotOf(key); // may replace the counts
        counts[(slot * Types) + (int)type] += count;
    }

    /// <summary>Lays the columns out.</summary>
    /// <param name="pages">Pages that each column will have.</param>
    public void Plan(int pages)
    {
        shape = set.Shapes(owner, shapes);
        columns = new ColumnWriter?[slots * Types];
        int threshold = SegmentFormat.RareValues * Math.Max(pages, 1);
        int ordinal = 1;
        bool anyRare = false;
        foreach (var (key, slot) in keySlots)
        {
            for (int type = 0; type < Types; type++)
            {
                int count = counts[(slot * Types) + type];
                if (count >= threshold)
                {
                    columns[(slot * Types) + type] = set.Attribute(owner, ordinal++, key, (AttributeType)type);
                }
                else
                {
                    anyRare |= count > 0;
                }
            }
        }
        if (anyRare)
        {
            rareKey = set.Strings(ColumnRole.RareKey, owner);
            rareType = set.Integers(ColumnRole.RareType, owner);
            rareValue = set.Strings(ColumnRole.RareValue, owner);
        }
    }

    /// <summary>Writes an owner's attributes.</summary>
    public void Write(RowRange rows)
    {
        var attributes = batch.Attributes;
        sequence.ResetWrittenCount();
        for (int i = rows.Start; i < rows.End; i++)
        {
            int key = attributes.Keys[i];
            var type = attributes.Types[i];
            long value = attributes.Values[i];
            var column = columns[(SlotOf(key) * Types) + (int)type];
            if (column is null)
            {
                Varint.Write(sequence, 0);
                rareKey.AddString(key);
                rareType.Add((long)type);
                rareValue.Add(AttributeTable.IsStringId(type) ? rareValue.Dictionary!.IdOf((int)value) : value);
                continue;
            }
            Varint.Write(sequence, (ulong)column.Ordinal);
            if (column.Dictionary is { } dictionary)
            {
                column.Add(dictionary.IdOf((int)value));
            }
            else
            {
                column.Add(value);
            }
        }
        // The table's ids are the dictionary's ids: both count up, the empty shape is 0.
        int id = shapes.Intern(sequence.WrittenSpan);
        while (shape.Dictionary!.Count <= id)
        {
            shape.Dictionary.Add(shape.Dictionary.Count);
        }
        shape.Add(id);
    }

    private int SlotOf(int key)
    {
        if (key >= slotOfKey.Length)
        {
            Array.Resize(ref slotOfKey, Math.Max(key + 1, slotOfKey.Length * 2));
        }
        int slot = slotOfKey[key] - 1;
        if (slot < 0)
        {
            slot = slots++;
            slotOfKey[key] = slot + 1;
            keySlots.Add(key, slot);
            if (slots * Types > counts.Length)
            {
                Array.Resize(ref counts, Math.Max(slots * Types, counts.Length * 2));
            }
        }
        return slot;
    }
}
