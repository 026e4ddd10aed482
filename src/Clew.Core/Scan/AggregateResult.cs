using Clew.Core.Model;
using Clew.Core.Series;

namespace Clew.Core.Scan;

/// <summary>
/// Groups and their figures. Sources add partial figures; the same group from two sources is merged. Groups lie in columns, values by
/// number: objects are made only of the groups that are looked at.
/// </summary>
/// <remarks>
/// Bounded by the number of groups: those past it are not opened, and <see cref="GroupsLeftOut"/> says so. A group takes about 60 bytes
/// and its values, and each sketch what <see cref="LatencySketch"/> says. One thread at a time.
/// </remarks>
public sealed class AggregateResult
{
    private readonly int fields;
    private readonly int width;
    private readonly AggregateValues values = new();
    private int[] slots = new int[32]; // group + 1, by hash; a power of two, at most half full
    private int[]? ofValue; // group + 1 by number of the value, where that alone names a group; then there are no slots
    private ulong[] buckets = new ulong[16];
    private int[] keys; // numbers of values, one per field of each group
    private double[] figures;
    private LatencySketch?[] sketches;
    private Dictionary<GroupKey, GroupFigures>? shown;

    public AggregateResult(SpanAggregation request, int maxGroups)
    {
        Request = request;
        Plan = new MeasurePlan(request.Measures);
        MaxGroups = maxGroups;
        fields = request.GroupBy.Count;
        width = request.Measures.Count;
        ofValue = fields == 1 && request.BucketWidth == 0 ? new int[16] : null;
        keys = new int[16 * fields];
        figures = new double[16 * width];
        sketches = new LatencySketch?[16 * Plan.Sketched.Count];
    }

    public SpanAggregation Request { get; }

    public MeasurePlan Plan { get; }

    /// <summary>Most groups it opens.</summary>
    public int MaxGroups { get; }

    /// <summary>Number of groups.</summary>
    public int Count { get; private set; }

    /// <summary>All groups. Made of the columns when first asked for after a change: not for results of very many groups.</summary>
    public IReadOnlyDictionary<GroupKey, GroupFigures> Groups
    {
        get
        {
            if (shown is null)
            {
                shown = new Dictionary<GroupKey, GroupFigures>(Count);
                for (int group = 0; group < Count; group++)
                {
                    shown.Add(Key(group), new GroupFigures(this, group));
                }
            }
            return shown;
        }
    }

    /// <summary>True where the bound on groups was reached: the figures of some groups are missing.</summary>
    public bool GroupsLeftOut { get; private set; }

    /// <summary>Spans looked at.</summary>
    public long SpansScanned { get; set; }

    /// <summary>About how many bytes the groups take.</summary>
    public long AllocatedBytes
    {
        get
        {
            long bytes = values.AllocatedBytes + (4L * (slots.Length + (ofValue?.Length ?? 0))) + (8L * buckets.Length) + (4L * keys.Length) + (8L * figures.Length);
            foreach (var sketch in sketches)
            {
                bytes += 8 + (sketch?.AllocatedBytes ?? 0);
            }
            return bytes;
        }
    }

    /// <summary>
    /// The figures of a group to fold values into, or null where the bound does not allow another group. New groups start with
    /// 0 for counts and sum, +∞ for min, −∞ for max, no values for quantiles.
    /// </summary>
    public GroupFigures? Open(GroupKey key)
    {
        Span<int> numbers = stackalloc int[fields];
        for (int i = 0; i < fields; i++)
        {
            var value = key.Values[i];
            numbers[i] = Intern(value.Type, value.Bits, value.Bytes);
        }
        int group = Open(key.Bucket, numbers);
        return group < 0 ? null : new GroupFigures(this, group);
    }

    /// <summary>The number of a value, for <see cref="Open(ulong, ReadOnlySpan{int})"/>; −1 where only a group past the bound can have it.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="bits">The 64 bits of a number or boolean, otherwise 0.</param>
    /// <param name="bytes">The bytes of other types, otherwise empty; copied.</param>
    public int Intern(AttributeType type, long bits, ReadOnlySpan<byte> bytes) => values.Intern(type, bits, bytes, (long)MaxGroups * fields);

    /// <summary>A group by its bucket and the numbers of its values; −1 where the bound does not allow another one.</summary>
    public int Open(ulong bucket, ReadOnlySpan<int> numbers)
    {
        if (numbers.Contains(-1))
        {
            GroupsLeftOut = true;
            return -1;
        }
        if (ofValue is not null && bucket == 0)
        {
            return OpenOfValue(numbers);
        }
        if (ofValue is not null)
        {
            // Somebody has buckets without asking for them: from here on groups are found by hash.
            ofValue = null;
            slots = new int[16];
            while (Count * 2 > slots.Length)
            {
                slots = new int[slots.Length * 2];
            }
            Rehash();
        }
        int mask = slots.Length - 1;
        int slot = Hash(bucket, numbers) & mask;
        while (slots[slot] is var known and not 0)
        {
            if (buckets[known - 1] == bucket && keys.AsSpan((known - 1) * fields, fields).SequenceEqual(numbers))
            {
                return known - 1;
            }
            slot = (slot + 1) & mask;
        }
        if (Count >= MaxGroups)
        {
            GroupsLeftOut = true;
            return -1;
        }
        int group = Add(bucket, numbers);
        slots[slot] = group + 1;
        if (Count * 2 > slots.Length)
        {
            Rehash();
        }
        return group;
    }

    /// <summary>Folds one value into a group's figure; for counts the value is how many spans.</summary>
    public void Fold(int group, int measure, double value)
    {
        var function = Plan.Measures[measure].Function;
        if (function != AggregateFunction.Quantile)
        {
            ref double figure = ref figures[(group * width) + measure];
            figure = Fold(function, figure, value);
        }
        else if (Plan.FeedsSketch(measure) && !double.IsNaN(value))
        {
            Sketch(group, Plan.SketchOf(measure)).Add(Sketchable(value));
        }
    }

    /// <summary>Folds a sketch into a group's; it belongs to the result from then on.</summary>
    public void Fold(int group, int sketch, LatencySketch values)
    {
        ref var into = ref sketches[(group * Plan.Sketched.Count) + sketch];
        if (into is null)
        {
            into = values;
        }
        else
        {
            into.Merge(values);
        }
    }

    /// <summary>Folds in what another part of the same request found; the other result stays as it is.</summary>
    public void Merge(AggregateResult other)
    {
        SpansScanned += other.SpansScanned;
        GroupsLeftOut |= other.GroupsLeftOut;
        int[] numbers = new int[other.values.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = values.Intern(other.values, i, (long)MaxGroups * fields);
        }
        Span<int> key = stackalloc int[fields];
        for (int from = 0; from < other.Count; from++)
        {
            for (int i = 0; i < fields; i++)
            {
                key[i] = numbers[other.keys[(from * fields) + i]];
            }
            int to = Open(other.buckets[from], key);
            if (to < 0)
            {
                continue;
            }
            for (int m = 0; m < width; m++)
            {
                ref double figure = ref figures[(to * width) + m];
                figure = Fold(Plan.Measures[m].Function, figure, other.figures[(from * width) + m]);
            }
            for (int s = 0; s < Plan.Sketched.Count; s++)
            {
                if (other.sketches[(from * Plan.Sketched.Count) + s] is { } sketch)
                {
                    Sketch(to, s).Merge(sketch);
                }
            }
        }
    }

    /// <summary>The groups with the largest figures of one measure, largest first; NaN last, ties in any order.</summary>
    /// <param name="count">At most so many.</param>
    /// <param name="measure">Which measure.</param>
    public IReadOnlyList<KeyValuePair<GroupKey, GroupFigures>> Top(int count, int measure)
    {
        var best = new PriorityQueue<int, double>(); // the smallest of the largest first
        for (int group = 0; group < Count; group++)
        {
            double figure = Figure(group, measure);
            figure = double.IsNaN(figure) ? double.NegativeInfinity : figure;
            if (best.Count < count)
            {
                best.Enqueue(group, figure);
            }
            else if (count > 0)
            {
                best.EnqueueDequeue(group, figure);
            }
        }
        var top = new KeyValuePair<GroupKey, GroupFigures>[best.Count];
        for (int i = top.Length - 1; i >= 0; i--)
        {
            int group = best.Dequeue();
            top[i] = new(Key(group), new GroupFigures(this, group));
        }
        return top;
    }

    /// <summary>Folds one value into a figure.</summary>
    public static double Fold(AggregateFunction function, double figure, double value) => function switch
    {
        AggregateFunction.Min => Math.Min(figure, value),
        AggregateFunction.Max => Math.Max(figure, value),
        _ => figure + value,
    };

    /// <summary>What a function folds of one span's number.</summary>
    public static double ValueOf(AggregateFunction function, double number) =>
        function == AggregateFunction.AdjustedCount ? new SamplingThreshold((ulong)number).AdjustedCount : number;

    /// <summary>What a sketch takes for a number: see <see cref="AggregateFunction.Quantile"/>.</summary>
    public static ulong Sketchable(double value) => value <= 0 ? 0 : value >= long.MaxValue ? long.MaxValue : (ulong)value;

    internal double Figure(int group, int measure)
    {
        int sketch = Plan.SketchOf(measure);
        return sketch < 0 ? figures[(group * width) + measure]
            : sketches[(group * Plan.Sketched.Count) + sketch] is { Count: > 0 } known ? known.Quantile(Plan.Measures[measure].Rank)
            : double.NaN;
    }

    private LatencySketch Sketch(int group, int sketch) => sketches[(group * Plan.Sketched.Count) + sketch] ??= new LatencySketch();

    private GroupKey Key(int group)
    {
        var named = new AttributeValue[fields];
        for (int i = 0; i < fields; i++)
        {
            named[i] = values[keys[(group * fields) + i]];
        }
        return new GroupKey(buckets[group], named);
    }

    private int OpenOfValue(ReadOnlySpan<int> numbers)
    {
        int number = numbers[0];
        if (number >= ofValue!.Length)
        {
            Array.Resize(ref ofValue, Math.Max(number + 1, ofValue.Length * 2));
        }
        ref int known = ref ofValue[number];
        if (known == 0)
        {
            if (Count >= MaxGroups)
            {
                GroupsLeftOut = true;
                return -1;
            }
            known = Add(0, numbers) + 1;
        }
        return known - 1;
    }

    private int Add(ulong bucket, ReadOnlySpan<int> numbers)
    {
        shown = null;
        if (Count == buckets.Length)
        {
            int size = Count * 2;
            Array.Resize(ref buckets, size);
            Array.Resize(ref keys, size * fields);
            Array.Resize(ref figures, size * width);
            Array.Resize(ref sketches, size * Plan.Sketched.Count);
        }
        int group = Count++;
        buckets[group] = bucket;
        numbers.CopyTo(keys.AsSpan(group * fields));
        for (int m = 0; m < width; m++)
        {
            figures[(group * width) + m] = MeasurePlan.Start(Plan.Measures[m].Function);
        }
        return group;
    }

    private void Rehash()
    {
        slots = new int[slots.Length * 2];
        int mask = slots.Length - 1;
        for (int group = 0; group < Count; group++)
        {
            int slot = Hash(buckets[group], keys.AsSpan(group * fields, fields)) & mask;
            while (slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }
            slots[slot] = group + 1;
        }
    }

    private static int Hash(ulong bucket, ReadOnlySpan<int> numbers)
    {
        ulong hash = bucket * 0x9E3779B97F4A7C15UL;
        foreach (int number in numbers)
        {
            hash = (hash ^ (hash >> 32) ^ (uint)number) * 0xBF58476D1CE4E5B9UL;
        }
        return (int)(hash >> 32);
    }
}
