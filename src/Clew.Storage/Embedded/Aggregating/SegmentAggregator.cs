using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Searching;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>
/// Computes the figures of one segment by small numbers instead of values, and hands them over once per group and segment.
/// </summary>
/// <remarks>
/// 1. The filter marks the spans of a row group. 2. Each field of the group gives every span a number; the numbers are combined to one
/// slot, through a table where all cardinalities are known and small, otherwise through a map. 3. Measures fold into the slot.
/// Bounded by the segment's distinct groups.
/// </remarks>
internal sealed class SegmentAggregator : IDisposable
{
    private const int LargestTable = 1 << 20;

    private readonly SpanAggregation request;
    private readonly RowFilter? filter;
    private readonly RowGroup group;
    private readonly GroupVector[] vectors;
    private readonly MeasureVector[] measures;
    private readonly int[]? table; // slot + 1 by combined number
    private readonly Dictionary<(int, int), int>[] maps;
    private readonly List<int[]> slotIds = [];
    private readonly int[][] ids;
    private readonly int[] slots;
    private readonly double[] numbers;
    private readonly bool[] present;
    private double[] figures = [];

    public SegmentAggregator(SegmentReader reader, SpanAggregation request, Segment segment)
    {
        this.request = request;
        filter = RowFilter.Create(reader, request.Range, request.Predicates, segment);
        group = RowGroup.OfSpans(reader);
        var all = request.GroupBy.Select(field => Vector(reader, field)).ToList();
        if (request.BucketWidth > 0)
        {
            all.Add(new BucketVector(request.BucketWidth));
        }
        vectors = [.. all];
        measures = [.. request.Measures.Select(measure => new MeasureVector(reader, measure))];
        int rows = reader.Directory.GroupRows;
        ids = [.. vectors.Select(_ => new int[rows])];
        maps = [.. vectors.Select(_ => new Dictionary<(int, int), int>())];
        slots = new int[rows];
        numbers = new double[rows];
        present = new bool[rows];
        long size = 1;
        foreach (var vector in vectors)
        {
            size = vector.Cardinality == 0 || size > LargestTable ? long.MaxValue / 1024 : size * vector.Cardinality;
        }
        table = size <= LargestTable ? new int[size] : null;
    }

    /// <summary>Number of row groups.</summary>
    public int Groups => filter is null ? 0 : group.Count;

    /// <summary>Rows looked at.</summary>
    public long RowsScanned => filter?.RowsScanned ?? 0;

    /// <summary>Folds one row group.</summary>
    /// <exception cref="SegmentDamagedException">It cannot be read; nothing of it was counted.</exception>
    public void Add(int rowGroup)
    {
        group.MoveTo(rowGroup);
        var rows = filter!.Apply(group);
        if (rows.IsEmpty)
        {
            return;
        }
        // Everything is read before anything is counted.
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i].Fill(group, ids[i].AsSpan(0, group.Rows));
        }
        var folds = new (bool Any, double[] Numbers, bool[] Present)[measures.Length];
        for (int m = 0; m < measures.Length; m++)
        {
            if (measures[m].Function != AggregateFunction.Count)
            {
                bool any = measures[m].Fill(group, numbers.AsSpan(0, group.Rows), present.AsSpan(0, group.Rows));
                folds[m] = (any, measures.Length == 1 ? numbers : (double[])numbers.Clone(), measures.Length == 1 ? present : (bool[])present.Clone());
            }
        }
        AssignSlots(rows);
        for (int m = 0; m < measures.Length; m++)
        {
            Fold(rows, m, folds[m]);
        }
    }

    /// <summary>Adds the figures to the result.</summary>
    public void Complete(AggregateResult result)
    {
        // All keys first: they are read from dictionaries, and nothing may be counted of a segment that cannot be read.
        var keys = slotIds.Select(Key).ToList();
        for (int slot = 0; slot < keys.Count; slot++)
        {
            if (result.Open(keys[slot]) is not { } into)
            {
                continue;
            }
            for (int m = 0; m < into.Length; m++)
            {
                into[m] = AggregateResult.Fold(measures[m].Function, into[m], figures[(slot * into.Length) + m]);
            }
        }
    }

    /// <summary>Gives its memory back.</summary>
    public void Dispose()
    {
        group.Dispose();
        filter?.Dispose();
    }

    private GroupKey Key(int[] numbersOf)
    {
        var values = new AttributeValue[request.GroupBy.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = vectors[i].Value(numbersOf[i]);
        }
        return new GroupKey(request.BucketWidth > 0 ? ((BucketVector)vectors[^1]).Start(numbersOf[^1]) : 0, values);
    }

    private static GroupVector Vector(SegmentReader reader, FieldReference field) => field.Field switch
    {
        SpanField.Attribute => new AttributeVector(reader, field),
        SpanField.Name => new ColumnVector(reader, reader.Directory.Get(ColumnRole.Name, OwnerKind.Span)),
        SpanField.StatusMessage => new ColumnVector(reader, reader.Directory.Get(ColumnRole.StatusMessage, OwnerKind.Span)),
        SpanField.ServiceName => TableVector.Services(reader),
        SpanField.ScopeName => TableVector.Scopes(reader, ColumnRole.ScopeName),
        SpanField.ScopeVersion => TableVector.Scopes(reader, ColumnRole.ScopeVersion),
        SpanField.Kind => new EnumVector(ColumnRole.Kind),
        SpanField.StatusCode => new EnumVector(ColumnRole.StatusCode),
        SpanField.IsRoot => new EnumVector(ColumnRole.Parent),
        _ => new NumberVector(field.Field),
    };

    private void AssignSlots(ReadOnlySpan<byte> rows)
    {
        if (table is not null)
        {
            AssignFromTable(rows, table);
            return;
        }
        for (int row = 0; row < rows.Length; row++)
        {
            if (rows[row] == 0)
            {
                continue;
            }
            int combined = 0;
            // Pair by pair: the last map's values are slots, the others' are numbers of prefixes.
            for (int i = 0; i < vectors.Length; i++)
            {
                var map = maps[i];
                if (!map.TryGetValue((combined, ids[i][row]), out int number))
                {
                    number = i == vectors.Length - 1 ? NewSlot(row) : map.Count;
                    map.Add((combined, ids[i][row]), number);
                }
                combined = number;
            }
            slots[row] = combined;
        }
    }

    private void AssignFromTable(ReadOnlySpan<byte> rows, int[] slotOf)
    {
        var combined = slots.AsSpan(0, rows.Length);
        combined.Clear();
        for (int i = 0; i < vectors.Length; i++)
        {
            int cardinality = vectors[i].Cardinality;
            ReadOnlySpan<int> column = ids[i].AsSpan(0, rows.Length);
            for (int row = 0; row < combined.Length; row++)
            {
                combined[row] = (combined[row] * cardinality) + column[row];
            }
        }
        for (int row = 0; row < rows.Length; row++)
        {
            if (rows[row] != 0)
            {
                ref int known = ref slotOf[combined[row]];
                if (known == 0)
                {
                    known = NewSlot(row) + 1;
                }
                combined[row] = known - 1;
            }
        }
    }

    private int NewSlot(int row)
    {
        int slot = slotIds.Count;
        slotIds.Add([.. ids.Select(column => column[row])]);
        int needed = (slot + 1) * measures.Length;
        if (figures.Length < needed)
        {
            Array.Resize(ref figures, Math.Max(needed, figures.Length * 2));
        }
        for (int m = 0; m < measures.Length; m++)
        {
            figures[(slot * measures.Length) + m] = measures[m].Function switch
            {
                AggregateFunction.Min => double.PositiveInfinity,
                AggregateFunction.Max => double.NegativeInfinity,
                _ => 0,
            };
        }
        return slot;
    }

    private void Fold(ReadOnlySpan<byte> rows, int m, (bool Any, double[] Numbers, bool[] Present) fold)
    {
        var function = measures[m].Function;
        int width = measures.Length;
        if (function == AggregateFunction.Count)
        {
            for (int row = 0; row < rows.Length; row++)
            {
                if (rows[row] != 0)
                {
                    figures[(slots[row] * width) + m]++;
                }
            }
            return;
        }
        for (int row = 0; fold.Any && row < rows.Length; row++)
        {
            if (rows[row] != 0 && fold.Present[row])
            {
                ref double figure = ref figures[(slots[row] * width) + m];
                figure = AggregateResult.Fold(function, figure, fold.Numbers[row]);
            }
        }
    }
}
