using Clew.Core.Measures;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Query.Execution;
using Clew.Query.Search;
using Clew.Query.Traces;
using Clew.Storage;

namespace Clew.Query;

/// <summary>
/// The one planner over all sources of spans: search, whole traces, figures. Every API goes through it, and every call names the
/// <see cref="QueryScope"/> it runs in.
/// </summary>
/// <remarks>
/// Sources are given in the order of the flow (head, then store); a snapshot of each is taken in that order and held for one query.
/// What a source executes is pushed into it, the rest is decided above. Thread-safe. Bounded by <see cref="QueryOptions"/>.
/// </remarks>
public sealed class QueryEngine(IReadOnlyList<ISpanSource> sources, QueryOptions options, TimeProvider time) : IDisposable
{
    private const string StoreFailed = "A part of the stored spans could not be read; what it holds may be missing.";

    private readonly QueryGate gate = new(options.MaxConcurrentQueries, options.MaxWaitingQueries);

    public QueryOptions Options => options;

    /// <summary>How much is in use of what is bounded.</summary>
    public IReadOnlyList<BoundUse> Bounds => gate.Use;

    /// <summary>One page of the traces that match.</summary>
    /// <param name="scope">On whose behalf.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="project">
    /// Makes a result of a trace, in the order in which traces are met, for some that are not listed in the end. The trace is valid
    /// until it returns.
    /// </param>
    /// <param name="cancellationToken">Ends the query with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="QueryOverloadedException">Too many queries run.</exception>
    public async ValueTask<TracePage<T>> SearchAsync<T>(
        QueryScope scope, TraceQuery query, Func<MergedTrace, T> project, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, options.MaxLimit);
        using var turn = await gate.EnterAsync(cancellationToken);
        using var budget = new TimeBudget(options.TimeBudget, time, cancellationToken);
        using var snapshots = new SnapshotSet(sources);

        var hits = new List<IAsyncEnumerable<TraceHit>>();
        bool sourcesDecide = true;
        for (int i = 0; i < sources.Count; i++)
        {
            var pushed = PredicateSplit.Pushed(query.Predicates, sources[i].Capabilities);
            sourcesDecide &= pushed.Count == query.Predicates.Count;
            // A total is the total of all pages: then the sources must not leave out what stands before the cursor.
            bool skip = query.Total == TotalMode.None && query.After is { LookEverywhere: false };
            var search = new TraceSearch
            {
                Tenant = scope.Tenant,
                Range = query.Range,
                Predicates = pushed,
                Before = skip ? query.After!.Position : null,
            };
            hits.Add(snapshots.Snapshots[i].FindTracesAsync(search, budget.Token));
        }

        var loader = new TraceLoader(snapshots.Snapshots, scope.Tenant);
        var run = new SearchRun<T>(query, options, loader, project, sourcesDecide, budget);
        string? partial = null;
        await using var merge = new HitMerge(hits, budget.Token);
        try
        {
            await run.ExecuteAsync(merge);
            partial = run.Stopped;
        }
        catch (OperationCanceledException) when (budget.IsUsedUp)
        {
            bool isFull = run.Listed.Count == query.Limit;
            partial = isFull && query.Total == TotalMode.None ? null
                : isFull ? FormattableString.Invariant($"Counting stopped after {options.TimeBudget.TotalSeconds:0.###} s; there may be more traces.")
                : FormattableString.Invariant($"The search stopped after {options.TimeBudget.TotalSeconds:0.###} s; older traces were not looked at.");
        }
        catch (StoreUnavailableException)
        {
            partial = StoreFailed;
        }
        var statistics = snapshots.Statistics(merge.SpansScanned, budget.ElapsedMilliseconds);
        return new TracePage<T>(run.Listed, run.Next(), run.Total(), statistics, snapshots.With(partial));
    }

    /// <summary>A whole trace, or null where no source holds a span of it. The result belongs to the caller.</summary>
    /// <exception cref="QueryOverloadedException">Too many queries run.</exception>
    /// <exception cref="QueryTimeoutException">It took too long.</exception>
    /// <exception cref="StoreUnavailableException">A part of it cannot be read.</exception>
    /// <exception cref="TraceMayBeLostException">No span of it is found, and some that are stored cannot be read.</exception>
    public async ValueTask<MergedTrace?> ReadTraceAsync(QueryScope scope, TraceId traceId, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        using var budget = new TimeBudget(options.TimeBudget, time, cancellationToken);
        using var snapshots = new SnapshotSet(sources);
        try
        {
            var trace = await new TraceLoader(snapshots.Snapshots, scope.Tenant).LoadAsync(traceId, budget.Token);
            if (trace is null && snapshots.Unreadable(scope.Tenant) is { } unreadable)
            {
                throw new TraceMayBeLostException(traceId, unreadable);
            }
            return trace is null ? null : trace with { Incomplete = snapshots.Incomplete };
        }
        catch (OperationCanceledException) when (budget.IsUsedUp)
        {
            throw new QueryTimeoutException(options.TimeBudget);
        }
    }

    /// <summary>
    /// Figures over all sources. A span on its way from one source to the next counts once.
    /// </summary>
    /// <param name="scope">On whose behalf; its tenant replaces the request's.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">Ends the query with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="QueryOverloadedException">Too many queries run.</exception>
    public async ValueTask<AggregateAnswer> AggregateAsync(
        QueryScope scope, SpanAggregation request, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        using var budget = new TimeBudget(options.TimeBudget, time, cancellationToken);
        using var snapshots = await SnapshotSet.TakeExactAsync(sources, time, cancellationToken);
        var result = new AggregateResult(request with { Tenant = scope.Tenant }, options.MaxGroups);
        string? partial = null;
        try
        {
            for (int i = 0; i < sources.Count; i++)
            {
                var capabilities = sources[i].Capabilities;
                if (capabilities.HasFlag(SpanSourceCapabilities.Aggregation)
                    && request.Predicates.All(p => PredicateSplit.CanExecute(p, capabilities)))
                {
                    await snapshots.Snapshots[i].AggregateAsync(result, budget.Token);
                }
                else
                {
                    await AggregateAbove.RunAsync(result, snapshots.Snapshots[i], capabilities, budget.Token);
                }
            }
        }
        catch (OperationCanceledException) when (budget.IsUsedUp)
        {
            partial = FormattableString.Invariant($"Counting stopped after {options.TimeBudget.TotalSeconds:0.###} s; figures are too low.");
        }
        catch (StoreUnavailableException)
        {
            partial = StoreFailed;
        }
        if (partial is null && result.GroupsLeftOut)
        {
            partial = FormattableString.Invariant($"There are more than {options.MaxGroups} different ones; some are left out.");
        }
        return new AggregateAnswer(result, snapshots.Statistics(result.SpansScanned, budget.ElapsedMilliseconds), snapshots.With(partial));
    }

    public void Dispose() => gate.Dispose();
}
