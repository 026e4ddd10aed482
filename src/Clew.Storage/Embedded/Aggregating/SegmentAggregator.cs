using Clew.Core.Scan;
using Clew.Core.Series;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Searching;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>
/// Computes the figures of one segment by small numbers instead of values, and hands them over once per group and segment.
/// </summary>
/// <remarks>
/// 1. The filter lists the spans of a row group. 2. Each field of the group gives every span a number; the numbers are combined to one
/// slot. 3. Everything that measures need is read. 4. Measures fold into the slots. Bounded by the segment's distinct groups.
/// </remarks>
internal sealed class SegmentAggregator : IDisposable
{
    private readonly SpanAggregation request;
    private readonly MeasurePlan plan;
    private readonly RowFilter? filter;
    private readonly RowGroup group;
    private readonly GroupVector[] vectors;
    private readonly SlotTable table;
    private readonly NumberReader[] numbers; // one per distinct field
    private readonly NumberReader?[] ofMeasure;
    private readonly int[][] ids;
    private readonly int[] rows;
    private readonly int[] slots;
    private readonly bool countsErrors;
    private int[] counts = [];
    private double[] figures = []; // of measures that are no counts of all spans
    private LatencySketch?[] sketches = [];

    public SegmentAggregator(SegmentReader reader, AggregateResult result, Segment segment)
    {
        request = result.Request;
        plan = result.Plan;
        filter = RowFilter.Create(reader, request.Range, request.Predicates, segment);
        group = RowGroup.OfSpans(reader);
        var all = new List<GroupVector>();
        numbers = [];
        if (filter is not null)
        {
            all.AddRange(request.GroupBy.Select(field => Vector(reader, field)));
            if (request.BucketWidth > 0)
            {
                all.Add(new BucketVector(reader.Directory.Summary, request.BucketWidth));
            }
            numbers = [.. request.Measures.Where(measure => !measure.IsCount).Select(measure => measure.Field!.Value).Distinct()
                .Select(field => new NumberReader(reader, field))];
        }
        vectors = [.. all];
        table = new SlotTable(vectors);
        ofMeasure = [.. request.Measures.Select(measure => measure.IsCount ? null : Array.Find(numbers, known => known.Field == measure.Field))];
        countsErrors = request.Measures.Any(measure => measure.Function == AggregateFunction.Errors);
        int size = reader.Directory.GroupRows;
        ids = [.. vectors.Select(_ => new int[size])];
        rows = new int[size];
        slots = new int[size];
    }

    /// <summary>Number of row groups.</summary>
    public int Groups => filter is null ? 0 : group.Count;

    /// <summary>Rows looked at.</summary>
    public long RowsScanned => filter?.RowsScanned ?? 0;

    /// <summary>True where a row group that is lost may have held matching spans.</summary>
    public bool MetLostGroup { get; private set; }

    /// <summary>The slots that hold spans, when all row groups were added.</summary>
    public int[] UsedSlots => field ??= FindUsedSlots();

    /// <summary>Folds one row group.</summary>
    /// <exception cref="SegmentDamagedException">It cannot be read; nothing of it was counted.</exception>
    public void Add(int rowGroup)
    {
        // 1
        group.MoveTo(rowGroup);
        var passed = filter!.Apply(group);
        MetLostGroup |= filter.MetLostGroup;
        if (passed.IsEmpty)
        {
            return;
        }
        var listed = rows.AsSpan(0, RowBits.List(passed, rows));
        // 2
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i].Fill(group, ids[i].AsSpan(0, group.Rows));
        }
        // 3
        foreach (var number in numbers)
        {
            number.Read(group);
        }
        var status = countsErrors && MayHaveErrors() ? group.Values(ColumnRole.StatusCode) : default;
        // 4
        var into = slots.AsSpan(0, listed.Length);
        table.Assign(ids, listed, into);
        MakeRoom(table.Slots);
        foreach (int slot in into)
        {
            counts[slot]++;
        }
        for (int m = 0; m < ofMeasure.Length; m++)
        {
            if (ofMeasure[m] is { HasAny: true } number)
            {
                Fold(listed, into, m, number);
            }
            else if (request.Measures[m].Function == AggregateFunction.Errors && !status.IsEmpty)
            {
                CountErrors(listed, into, m, status);
            }
        }
    }

    /// <summary>Adds the figures to the result.</summary>
    public void Complete(AggregateResult result)
    {
        // All values first: they are read from dictionaries, and nothing may be counted of a segment that cannot be read.
        var used = UsedSlots;
        if (used.Length == 0)
        {
            return;
        }
        int fields = request.GroupBy.Count;
        var values = new int[fields][];
        var scratch = new int[used.Length];
        for (int i = 0; i < fields; i++)
        {
            values[i] = new int[used.Length];
            table.Numbers(i, used, scratch);
            vectors[i].Intern(scratch, result, values[i]);
        }
        if (request.BucketWidth > 0)
        {
            table.Numbers(fields, used, scratch);
        }
        Span<int> key = stackalloc int[fields];
        int width = plan.Measures.Count;
        for (int k = 0; k < used.Length; k++)
        {
            for (int i = 0; i < fields; i++)
            {
                key[i] = values[i][k];
            }
            ulong bucket = request.BucketWidth > 0 ? ((BucketVector)vectors[^1]).Start(scratch[k]) : 0;
            int to = result.Open(bucket, key);
            if (to < 0)
            {
                continue;
            }
            int slot = used[k];
            for (int m = 0; m < width; m++)
            {
                var function = plan.Measures[m].Function;
                if (function != AggregateFunction.Quantile)
                {
                    result.Fold(to, m, function == AggregateFunction.Count ? counts[slot] : figures[(slot * width) + m]);
                }
                else if (plan.FeedsSketch(m) && sketches[(slot * plan.Sketched.Count) + plan.SketchOf(m)] is { } sketch)
                {
                    result.Fold(to, plan.SketchOf(m), sketch);
                }
            }
        }
    }

    /// <summary>Gives its memory back.</summary>
    public void Dispose()
    {
        group.Dispose();
        filter?.Dispose();
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

    private bool MayHaveErrors()
    {
        var page = group.Directory.Get(ColumnRole.StatusCode, OwnerKind.Span).Pages[group.Index];
        return page.Min <= (long)Core.Model.StatusCode.Error && page.Max >= (long)Core.Model.StatusCode.Error;
    }

    private void Fold(ReadOnlySpan<int> listed, ReadOnlySpan<int> into, int m, NumberReader field)
    {
        var function = plan.Measures[m].Function;
        int width = plan.Measures.Count;
        double[] from = field.Numbers;
        if (function == AggregateFunction.Quantile)
        {
            FoldSketch(listed, into, m, field);
            return;
        }
        for (int k = 0; k < listed.Length; k++)
        {
            if (field.HasAll || field.Present[listed[k]])
            {
                ref double figure = ref figures[(into[k] * width) + m];
                figure = AggregateResult.Fold(function, figure, AggregateResult.ValueOf(function, from[listed[k]]));
            }
        }
    }

    private void FoldSketch(ReadOnlySpan<int> listed, ReadOnlySpan<int> into, int m, NumberReader field)
    {
        if (!plan.FeedsSketch(m))
        {
            return;
        }
        int step = plan.Sketched.Count;
        int offset = plan.SketchOf(m);
        for (int k = 0; k < listed.Length; k++)
        {
            double number = field.Numbers[listed[k]];
            if ((field.HasAll || field.Present[listed[k]]) && !double.IsNaN(number))
            {
                (sketches[(into[k] * step) + offset] ??= new LatencySketch()).Add(AggregateResult.Sketchable(number));
            }
        }
    }

    private void CountErrors(ReadOnlySpan<int> listed, ReadOnlySpan<int> into, int m, ReadOnlySpan<long> status)
    {
        int width = plan.Measures.Count;
        for (int k = 0; k < listed.Length; k++)
        {
            if (status[listed[k]] == (long)Core.Model.StatusCode.Error)
            {
                figures[(into[k] * width) + m]++;
            }
        }
    }

    private int[] FindUsedSlots()
    {
        int count = 0;
        int[] used = new int[counts.Length];
        for (int slot = 0; slot < counts.Length; slot++)
        {
            if (counts[slot] > 0)
            {
                used[count++] = slot;
            }
        }
        return used[..count];
    }

    private void MakeRoom(int needed)
    {
        if (counts.Length >= needed)
        {
            return;
        }
        int first = counts.Length;
        int size = first == 0 ? needed : Math.Max(needed, first * 2);
        Array.Resize(ref counts, size);
        Array.Resize(ref sketches, size * plan.Sketched.Count);
        int width = plan.Measures.Count;
        if (width == 1 && plan.Measures[0].Function == AggregateFunction.Count)
        {
            return;
        }
        Array.Resize(ref figures, size * width);
        for (int m = 0; m < width; m++)
        {
            double start = MeasurePlan.Start(plan.Measures[m].Function);
            for (int slot = first; start != 0 && slot < size; slot++)
            {
                figures[(slot * width) + m] = start;
            }
        }
    }
}
