using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Query.Execution;
using Clew.Storage;

namespace Clew.Query.Series;

/// <summary>
/// Answers from what was counted of every span before anything was dropped: requests, errors and durations, and the service map. Every
/// call names the <see cref="QueryScope"/> it runs in.
/// </summary>
/// <remarks>Traces that are open are not counted yet. Thread-safe. Bounded by <see cref="QueryOptions"/> and <see cref="MaxPoints"/>.</remarks>
public sealed class SeriesEngine(ISeriesStore store, QueryOptions options, TimeProvider time) : IDisposable
{
    /// <summary>Most points read for one answer, some 30 MB of memory.</summary>
    public const int MaxPoints = 50_000;

    private readonly QueryGate gate = new(options.MaxConcurrentQueries, options.MaxWaitingQueries);

    /// <summary>Requests, errors and durations.</summary>
    /// <exception cref="QueryOverloadedException">Too many queries run.</exception>
    /// <exception cref="QueryTimeoutException">It took too long.</exception>
    public async ValueTask<RedAnswer> RedAsync(QueryScope scope, RedQuery query, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        var result = await ReadAsync(
            new SeriesQuery
            {
                Tenant = scope.Tenant,
                Kind = SeriesKind.Red,
                Range = query.Range,
                Step = query.Step,
                Filters = [.. query.Filters.Select(filter => new SeriesFilter(filter.Label, [filter.Value]))],
                MaxPoints = MaxPoints,
            },
            cancellationToken);
        return new RedAnswer(result.Step, result.Resolution, Groups(result.Series, query.By), Partial(result));
    }

    /// <summary>The service map of a range of time.</summary>
    /// <exception cref="QueryOverloadedException">Too many queries run.</exception>
    /// <exception cref="QueryTimeoutException">It took too long.</exception>
    public async ValueTask<ServiceMap> ServiceMapAsync(QueryScope scope, TimeRange range, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        var request = new SeriesQuery { Tenant = scope.Tenant, Kind = SeriesKind.Red, Range = range, WithDurations = false, MaxPoints = MaxPoints };
        var services = await ReadAsync(request, cancellationToken);
        var edges = await ReadAsync(request with { Kind = SeriesKind.Edge, WithDurations = true }, cancellationToken);
        var map = new ServiceMapBuilder();
        foreach (var series in services.Series)
        {
            map.AddService(series);
        }
        foreach (var series in edges.Series)
        {
            map.AddEdge(series);
        }
        return map.Build(edges.Resolution, Partial(services) ?? Partial(edges));
    }

    public void Dispose() => gate.Dispose();

    private async ValueTask<SeriesResult> ReadAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        using var budget = new TimeBudget(options.TimeBudget, time, cancellationToken);
        try
        {
            return await store.ReadAsync(query, budget.Token);
        }
        catch (OperationCanceledException) when (budget.IsUsedUp)
        {
            throw new QueryTimeoutException(options.TimeBudget);
        }
    }

    private static List<RedGroup> Groups(IReadOnlyList<SeriesPoints> series, IReadOnlyList<int> by)
    {
        var groups = new SortedDictionary<string[], SortedDictionary<ulong, SeriesPoint>>(new LabelOrder());
        foreach (var one in series)
        {
            string[] labels = [.. by.Select(label => one.Key.Labels[label])];
            if (!groups.TryGetValue(labels, out var points))
            {
                groups.Add(labels, points = []);
            }
            foreach (var point in one.Points)
            {
                points[point.Step] = points.TryGetValue(point.Step, out var sum) ? Sum(sum, point) : point;
            }
        }
        return [.. groups.Select(group => new RedGroup(group.Key, [.. group.Value.Values]))];
    }

    // The points are the caller's, so the sketches may be added to.
    private static SeriesPoint Sum(SeriesPoint sum, SeriesPoint point)
    {
        if (point.Durations is { } durations)
        {
            sum.Durations?.Merge(durations);
        }
        return sum with { Count = sum.Count + point.Count, Errors = sum.Errors + point.Errors };
    }

    private static string? Partial(SeriesResult result) =>
        result.IsIncomplete ? "A part of the series could not be read; what it holds is missing."
        : result.PointsLeftOut ? FormattableString.Invariant($"There are more than {MaxPoints} points; some are left out. A longer step or fewer series would do.")
        : null;

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
