using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Clew.Core.Encodings;
using Clew.Core.Series;

namespace Clew.Storage.Embedded.Series;

/// <summary>One read on its way: gathers points from memory and blocks. Bounded by <see cref="SeriesQuery.MaxPoints"/>.</summary>
/// <param name="query">What is asked for.</param>
/// <param name="plan">How it is answered.</param>
/// <param name="keys">The tenant's series.</param>
internal sealed class SeriesRead(SeriesQuery query, SeriesReadPlan plan, SeriesKeys keys)
{
    private readonly Dictionary<int, Dictionary<ulong, Point>> found = [];
    private readonly Dictionary<int, bool> matches = []; // by number, as they come up
    private int points;
    private bool isFull;

    /// <summary>Something in range could not be read.</summary>
    public bool IsIncomplete { get; set; }

    /// <summary>Adds what is in memory. Under the store's gate.</summary>
    public void Add(SeriesMemory memory)
    {
        foreach (var (number, cells) in memory.Series)
        {
            if (!Matches(number))
            {
                continue;
            }
            foreach (var (step, cell) in cells)
            {
                ulong time = (ulong)step * SeriesDelta.StepWidth;
                if (plan.Holds(time))
                {
                    ref var point = ref PointOf(number, time);
                    if (!IsNullRef(ref point))
                    {
                        point.Count += cell.Durations!.Count;
                        point.Errors += cell.Errors;
                        if (point.Durations is { } sum)
                        {
                            sum.Merge(cell.Durations);
                            point.Exemplars.Merge(cell.Exemplars);
                        }
                    }
                }
            }
        }
    }

    /// <summary>Adds what a block holds.</summary>
    public void Add(SeriesBlock block, SeriesCellReader reader, CancellationToken cancellationToken)
    {
        var directory = block.Directory!;
        int[] numbers = block.Ids!;
        ulong width = block.Summary.Step;
        for (int series = 0; series < numbers.Length; series++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Matches(numbers[series]))
            {
                continue;
            }
            for (int cell = directory.Starts[series]; cell < directory.Starts[series + 1];)
            {
                bool isSound = reader.Find(cell, out int index, out int end);
                end = Math.Min(end, directory.Starts[series + 1]);
                if (isSound)
                {
                    AddCells(numbers[series], reader, index, end - cell, width);
                }
                else
                {
                    IsIncomplete = true;
                }
                cell = end;
            }
        }
    }

    public SeriesResult Result()
    {
        var series = new List<SeriesPoints>(found.Count);
        foreach (var (number, its) in found)
        {
            var list = new List<SeriesPoint>(its.Count);
            foreach (var (time, point) in its)
            {
                list.Add(new SeriesPoint(time, point.Count, point.Errors, point.Exemplars, point.Durations));
            }
            list.Sort(static (a, b) => a.Step.CompareTo(b.Step));
            series.Add(new SeriesPoints(keys[number], list));
        }
        series.Sort(static (a, b) => ByLabels(a.Key, b.Key));
        return new SeriesResult(plan.Step, plan.Resolution, series) { PointsLeftOut = isFull, IsIncomplete = IsIncomplete };
    }

    private void AddCells(int number, SeriesCellReader reader, int index, int count, ulong width)
    {
        for (int i = index; i < index + count; i++)
        {
            ulong time = (ulong)reader.Step(i) * width;
            if (!plan.Holds(time))
            {
                continue;
            }
            ref var point = ref PointOf(number, time);
            if (IsNullRef(ref point))
            {
                continue;
            }
            var durations = reader.Durations(i);
            point.Errors += reader.Errors(i);
            if (point.Durations is { } sum)
            {
                sum.Merge(ref durations);
                point.Count = sum.Count;
                point.Exemplars.Merge(Exemplars.Read(ref durations));
            }
            else
            {
                point.Count += Varint.Read(ref durations); // a sketch begins with its count
            }
        }
    }

    /// <summary>The point a time belongs to; a null reference where there are too many.</summary>
    private ref Point PointOf(int number, ulong time)
    {
        ref var series = ref CollectionsMarshal.GetValueRefOrAddDefault(found, number, out _);
        ulong start = plan.PointOf(time);
        if (points >= query.MaxPoints && series?.ContainsKey(start) != true)
        {
            isFull = true;
            if (series is null)
            {
                found.Remove(number);
            }
            return ref Unsafe.NullRef<Point>();
        }
        series ??= [];
        ref var point = ref CollectionsMarshal.GetValueRefOrAddDefault(series, start, out bool isKnown);
        if (!isKnown)
        {
            points++;
            point.Durations = query.WithDurations ? new LatencySketch() : null;
        }
        return ref point;
    }

    private static bool IsNullRef(ref Point point) => Unsafe.IsNullRef(ref point);

    private bool Matches(int number)
    {
        ref bool match = ref CollectionsMarshal.GetValueRefOrAddDefault(matches, number, out bool isKnown);
        if (!isKnown)
        {
            var key = keys[number];
            match = key.Kind == query.Kind && query.Filters.All(filter => filter.AnyOf.Contains(key.Labels[filter.Label]));
        }
        return match;
    }

    private static int ByLabels(SeriesKey a, SeriesKey b)
    {
        for (int i = 0; i < a.Labels.Length; i++)
        {
            int order = string.CompareOrdinal(a.Labels[i], b.Labels[i]);
            if (order != 0)
            {
                return order;
            }
        }
        return 0;
    }

    private struct Point
    {
        public ulong Count;
        public ulong Errors;
        public Exemplars Exemplars;
        public LatencySketch? Durations;
    }
}
