using System.Buffers;
using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Distributes the attributes of one kind of owner over columns: first every owner is counted, in any order, then the columns are laid out
/// (rare ones share the catch-all), then owners are written, some at a time.
/// </summary>
/// <remarks>
/// Where most columns have values for many owners, they are written column by column, otherwise owner by owner. Memory: 4 bytes an owner,
/// the buffers', and what <see cref="AttributePlans"/> and <see cref="PlanTable"/> say.
/// </remarks>
internal sealed class AttributeWriter(OwnerKind owner, SpanBatch batch, ColumnSet set)
{
    private readonly AttributePlans plans = new();
    private readonly Dictionary<(int Key, AttributeType Type), ColumnWriter> columns = [];
    private readonly ArrayBufferWriter<byte> sequence = new();
    private int[] planOfClass = []; // + 1, 0: not known
    private PlanTable? table;
    private ColumnWriter shape = null!;
    private ShapeIds shapes = null!;
    private ColumnWriter rareKey = null!;
    private ColumnWriter rareType = null!;
    private ColumnWriter rareValue = null!;

    /// <summary>Counts the attributes of consecutive owners.</summary>
    /// <param name="owners">Their rows.</param>
    /// <param name="attributes">By row: where an owner's attributes lie.</param>
    /// <param name="classes">By row, as far as it goes: owners of one class other than 0 have the same keys and types.</param>
    public void Count(RowRange owners, ReadOnlySpan<RowRange> attributes, ReadOnlySpan<int> classes = default)
    {
        ref int[] planOf = ref set.Buffers.PlanNumbers(owner); // by row of the owner
        if (owners.End > planOf.Length)
        {
            Array.Resize(ref planOf, Math.Max(owners.End, planOf.Length * 2));
        }
        var numbers = planOf.AsSpan(owners.Start, owners.Count);
        attributes = attributes.Slice(owners.Start, owners.Count);
        for (int i = 0; i < numbers.Length; i++)
        {
            int row = owners.Start + i;
            var plan = row < classes.Length && classes[row] != 0 ? Of(classes[row], attributes[i]) : plans.Of(batch.Attributes, attributes[i]);
            plan.Owners++;
            numbers[i] = plan.Number;
        }
    }

    private AttributePlan Of(int ownerClass, RowRange attributes)
    {
        if (ownerClass >= planOfClass.Length)
        {
            Array.Resize(ref planOfClass, Math.Max(2 * ownerClass, 256));
        }
        ref int known = ref planOfClass[ownerClass];
        if (known == 0)
        {
            known = plans.Of(batch.Attributes, attributes).Number + 1;
        }
        return plans.All[known - 1];
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
        foreach (var plan in plans.All)
        {
            plan.Columns = new ColumnWriter?[plan.Keys.Length];
            for (int i = 0; i < plan.Keys.Length; i++)
            {
                plan.Columns[i] = columns.GetValueOrDefault((plan.Keys[i], plan.Types[i]));
            }
        }
        table = PlanTable.Build(plans.All, [.. columns.Values]);
    }

    /// <summary>Writes the attributes of the owners with these rows.</summary>
    /// <param name="rows">The owners.</param>
    /// <param name="attributes">By row: where an owner's attributes lie.</param>
    public void Write(ReadOnlySpan<int> rows, ReadOnlySpan<RowRange> attributes)
    {
        int[] planOf = set.Buffers.PlanNumbers(owner);
        var ids = shape.Reserve(rows.Length);
        bool allRegular = table is not null;
        for (int i = 0; i < rows.Length; i++)
        {
            int number = planOf[rows[i]];
            var plan = plans.All[number];
            ids[i] = plan.Shape >= 0 ? plan.Shape : Resolve(plan);
            allRegular = allRegular && table!.IsRegular(number);
        }
        if (allRegular)
        {
            table!.Write(rows, planOf, attributes, batch.Attributes.Values);
            return;
        }
        foreach (int row in rows)
        {
            Write(plans.All[planOf[row]], batch.Attributes.Values.AsSpan(attributes[row].Start, attributes[row].Count));
        }
    }

    private void Write(AttributePlan plan, ReadOnlySpan<long> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (plan.Columns[i] is not { } column)
            {
                WriteRare(plan.Keys[i], plan.Types[i], values[i]);
            }
            else
            {
                column.Add(column.Texts is { } texts ? texts.IdOf((int)values[i]) : values[i]);
            }
        }
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
                CollectionsMarshal.GetValueRefOrAddDefault(counts, (plan.Keys[i], plan.Types[i]), out _) += plan.Owners;
            }
        }
        return counts;
    }

    private int Resolve(AttributePlan plan)
    {
        sequence.ResetWrittenCount();
        foreach (var column in plan.Columns)
        {
            Varint.Write(sequence, (ulong)(column?.Ordinal ?? 0));
        }
        return plan.Shape = shapes.IdOf(sequence.WrittenSpan);
    }
}
