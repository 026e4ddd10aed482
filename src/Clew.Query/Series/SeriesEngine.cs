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
public sealed class SeriesEngine(ISeriesStore store, ISpanStore spans, QueryOptions options, TimeProvider time) : IDisposable
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
        var groups = new RedGroups(query.By);
        foreach (var series in result.Series)
        {
            groups.Add(series);
        }
        return new RedAnswer(result.Step, result.Resolution, groups.Build(Held(scope.Tenant, groups.Exemplars()).Contains), Partial(result));
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

    /// <summary>Those of the traces that the store still has: what is counted outlives its traces.</summary>
    private HashSet<TraceId> Held(Tenant tenant, HashSet<TraceId> traceIds)
    {
        TraceId[] asked = [.. traceIds];
        bool[] mayHold = new bool[asked.Length];
        spans.FindHeld(tenant, TimeRange.All, asked, mayHold);
        return [.. asked.Where((_, i) => mayHold[i])];
    }

    private static string? Partial(SeriesResult result) =>
        result.IsIncomplete ? "A part of the series could not be read; what it holds is missing."
        : result.PointsLeftOut ? FormattableString.Invariant($"There are more than {MaxPoints} points; some are left out. A longer step or fewer series would do.")
        : null;
}
