using System.Buffers;
using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Distributes the attributes of one kind of owner over columns: first every owner is counted, then the columns are laid out (rare
/// ones share the catch-all), then every owner is written, in the order counted.
/// </summary>
internal sealed class AttributeWriter(OwnerKind owner, SpanBatch batch, ColumnSet set)
{
    private readonly AttributePlans plans = new();
    private readonly List<AttributePlan> counted = []; // by owner
    private readonly Dictionary<(int Key, AttributeType Type), ColumnWriter> columns = [];
    private int written;
    private ColumnWriter shape = null!;
    private ShapeIds shapes = null!;
    private ColumnWriter rareKey = null!;
    private ColumnWriter rareType = null!;
    private ColumnWriter rareValue = null!;

    /// <summary>Counts an owner's attributes.</summary>
    public void Count(RowRange rows)
    {
        var plan = plans.Of(batch.Attributes, rows);
        plan.Owners++;
        counted.Add(plan);
    }

    /// <summary>Lays the columns out.</summary>
    /// <param name="pages">Pages that each column will have.</param>
    public void Plan(int pages)
    {
        shape = set.Ids(ColumnRole.Shape, owner);
        shapes = new ShapeIds(shape.Dictionary!);
        int threshold = SegmentFormat.RareValues * Math.Max(pages, 1);
        bool anyRare = false;
        foreach (var ((key, type), count) in CountKeys())
        {
            if (count >= threshold)
            {
                columns.Add((key, type), set.Attribute(owner, columns.Count + 1, key, type));
            }
            else
            {
                anyRare = true;
            }
        }
        if (anyRare)
        {
            rareKey = set.Strings(ColumnRole.RareKey, owner);
            rareType = set.Integers(ColumnRole.RareType, owner);
            rareValue = set.Strings(ColumnRole.RareValue, owner);
        }
    }

    /// <summary>Writes the attributes of the next owner.</summary>
    public void Write(RowRange rows)
    {
        var plan = counted[written++];
        if (plan.Shape < 0)
        {
            Resolve(plan);
        }
        var columnsOfPlan = plan.Columns;
        var values = batch.Attributes.Values.AsSpan(rows.Start, rows.Count);
        for (int i = 0; i < values.Length; i++)
        {
            if (columnsOfPlan[i] is not { } column)
            {
                WriteRare(plan.Keys[i], plan.Types[i], values[i]);
            }
            else if (column.Texts is { } texts)
            {
                column.Add(texts.IdOf((int)values[i]));
            }
            else
            {
                column.Add(values[i]);
            }
        }
        shape.Add(plan.Shape);
    }

    private void WriteRare(int key, AttributeType type, long value)
    {
        rareKey.AddString(key);
        rareType.Add((long)type);
        rareValue.Add(AttributeTable.IsStringId(type) ? rareValue.Texts!.IdOf((int)value) : value);
    }

    /// <summary>How many values each key and type has, in order of first appearance.</summary>
    private Dictionary<(int Key, AttributeType Type), int> CountKeys()
    {
        var counts = new Dictionary<(int, AttributeType), int>();
        foreach (var plan in plans.All)
        {
            for (int i = 0; i < plan.Keys.Length; i++)
            {
                System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, (plan.Keys[i], plan.Types[i]), out _) += plan.Owners;
            }
        }
        return counts;
    }

    private void Resolve(AttributePlan plan)
    {
        var sequence = new ArrayBufferWriter<byte>();
        plan.Columns = new ColumnWriter?[plan.Keys.Length];
        for (int i = 0; i < plan.Keys.Length; i++)
        {
            plan.Columns[i] = columns.GetValueOrDefault((plan.Keys[i], plan.Types[i]));
            Varint.Write(sequence, (ulong)(plan.Columns[i]?.Ordinal ?? 0));
        }
        plan.Shape = shapes.IdOf(sequence.WrittenSpan);
    }
}
