using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Storage;

namespace Clew.Query.Series;

/// <summary>Adds series up by some of their labels. Bounded by the series it is given.</summary>
internal sealed class RedGroups(IReadOnlyList<int> by)
{
    private static readonly string Error = SeriesLabels.Of(StatusCode.Error);

    private readonly SortedDictionary<string[], SortedDictionary<ulong, Sum>> groups = new(new LabelOrder());

    /// <summary>Adds a series; its sketches are used up.</summary>
    public void Add(SeriesPoints series)
    {
        string[] labels = [.. by.Select(label => series.Key.Labels[label])];
        if (!groups.TryGetValue(labels, out var points))
        {
            groups.Add(labels, points = []);
        }
        bool failed = series.Key.Labels[SeriesLabels.Status] == Error;
        foreach (var point in series.Points)
        {
            if (!points.TryGetValue(point.Step, out var sum))
            {
                points.Add(point.Step, sum = new Sum());
            }
            sum.Add(point, failed);
        }
    }

    /// <summary>The groups, in order of their labels.</summary>
    /// <param name="isHeld">Whether a trace is still stored; exemplars that are not are left out.</param>
    public List<RedGroup> Build(Predicate<TraceId> isHeld) =>
        [.. groups.Select(group => new RedGroup(group.Key, [.. group.Value.Select(point => point.Value.Point(point.Key, isHeld))]))];

    /// <summary>Every trace that would stand for others.</summary>
    public HashSet<TraceId> Exemplars() => [.. groups.Values.SelectMany(static points => points.Values).SelectMany(static point => point.Exemplars())];

    private sealed class Sum
    {
        private readonly LatencySketch durations = new();
        private ulong errors;
        private Exemplars failed;
        private Exemplars others;

        public void Add(in SeriesPoint point, bool isError)
        {
            errors += point.Errors;
            durations.Merge(point.Durations!);
            if (isError)
            {
                failed.Merge(point.Exemplars);
            }
            else
            {
                others.Merge(point.Exemplars);
            }
        }

        public IEnumerable<TraceId> Exemplars() =>
            new[] { failed.Slow, failed.Typical, others.Slow, others.Typical }.Where(static each => !each.IsNone).Select(static each => each.TraceId);

        public RedPoint Point(ulong step, Predicate<TraceId> isHeld)
        {
            var slow = Held(others.Slow);
            var slowFailed = Held(failed.Slow);
            return new RedPoint(step, durations.Count, errors, durations)
            {
                Slow = slow.IsNone || slowFailed.Duration > slow.Duration ? slowFailed : slow,
                Failed = Held(failed.Typical),
                Typical = Held(others.Typical),
            };

            Exemplar Held(Exemplar exemplar) => !exemplar.IsNone && isHeld(exemplar.TraceId) ? exemplar : default;
        }
    }

    private sealed class LabelOrder : IComparer<string[]>
    {
        public int Compare(string[]? x, string[]? y)
        {
            for (int i = 0; i < x!.Length; i++)
            {
                if (string.CompareOrdinal(x[i], y![i]) is var order and not 0)
                {
                    return order;
                }
            }
            return 0;
        }
    }
}
