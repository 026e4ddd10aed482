using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Query.Execution;
using Clew.Query.Traces;

namespace Clew.Query.Search;

/// <summary>One search on its way: what was found, what waits to be put in order, what was counted.</summary>
/// <remarks>
/// A hit stands where the part that its source holds begins; other parts may begin earlier in time, so the trace stands there or
/// later in the order. Therefore:
/// 1. take the hit at the merge's frontier, each trace once;
/// 2. read the whole trace from all snapshots, decide on the merged spans, learn its true place;
/// 3. keep it waiting, ordered by true place;
/// 4. a waiting trace is listed as soon as its place is not after the frontier: nothing can come before it any more;
/// 5. go on until the page is full, it is known whether there is another page, and what is to be counted is counted.
/// Bounds: <see cref="QueryOptions.MaxTracesPerQuery"/> ids, <c>Limit + Slack</c> waiting traces, one trace's spans.
/// </remarks>
internal sealed class SearchRun<T>(
    TraceQuery query, QueryOptions options, TraceLoader loader, Func<MergedTrace, T> project, bool sourcesDecide, TimeBudget budget)
{
    private const int Slack = 1024;

    private readonly HashSet<TraceId> met = [];
    private readonly SortedSet<TracePosition> order = [];
    private readonly Dictionary<TracePosition, Waiting> waiting = [];
    private readonly HashSet<ulong> listedBefore = query.After is { } after ? [.. after.Settled, .. after.Unsettled] : [];
    private readonly Queue<TraceId> deferred = new(query.After?.Deferred ?? []);
    private readonly List<T> listed = [];
    private readonly List<ulong> settled = [.. query.After?.Settled ?? []];
    private readonly List<ulong> unsettled = [.. query.After?.Unsettled ?? []];
    private TracePosition lastListed;
    private long counted;
    private bool more;
    private bool droppedWaiting;
    private bool finished;
    private string? stopped;

    public IReadOnlyList<T> Listed => listed;

    /// <summary>Set where a bound ended the search before its end.</summary>
    public string? Stopped => stopped;

    private bool IsFull => listed.Count == query.Limit;

    private bool IsCounted => query.Total switch
    {
        TotalMode.None => true,
        TotalMode.Bound => counted >= options.BoundedTotal,
        _ => false,
    };

    public async ValueTask ExecuteAsync(HitMerge hits)
    {
        var cancellationToken = budget.Token;
        while (deferred.TryPeek(out var traceId))
        {
            await MeetAsync(traceId, query.After!.Position, cancellationToken);
            deferred.Dequeue();
        }
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var frontier = await hits.FrontierAsync();
            bool wasFull = IsFull;
            List(frontier);
            if (IsFull && !wasFull && IsCounted)
            {
                budget.ShortenTo(options.LookAhead);
            }
            if (frontier is null)
            {
                finished = true;
                return;
            }
            if (IsFull && more && IsCounted)
            {
                return;
            }
            if (met.Count >= options.MaxTracesPerQuery)
            {
                stopped = IsFull ? null : $"The search looked at {met.Count} traces and stopped there; narrow it to see the rest.";
                return;
            }
            var hit = await hits.TakeAsync();
            await MeetAsync(hit.Position.TraceId, hit.Position, cancellationToken);
        }
    }

    /// <summary>Where the next page begins, or null where this was the last one.</summary>
    public TraceCursor? Next()
    {
        if (listed.Count == 0 || (finished && !more))
        {
            return null;
        }
        var behind = deferred.Concat(waiting.Values.Where(w => w.Met <= lastListed).Select(w => w.TraceId)).ToList();
        bool lookEverywhere = droppedWaiting || behind.Count > TraceCursor.MaxDeferred || query.After?.LookEverywhere == true;
        // Traces that were complete hardly move: they are forgotten first, the farthest before the nearest.
        int tooMany = settled.Count + unsettled.Count - TraceCursor.MaxListed;
        if (tooMany > 0)
        {
            int ofSettled = Math.Min(tooMany, settled.Count);
            settled.RemoveRange(0, ofSettled);
            unsettled.RemoveRange(0, tooMany - ofSettled);
        }
        return new TraceCursor(lastListed, settled, unsettled, behind.Count > TraceCursor.MaxDeferred ? [] : behind, lookEverywhere);
    }

    public TraceTotal? Total() => query.Total == TotalMode.None ? null : new TraceTotal(counted, finished);

    private async ValueTask MeetAsync(TraceId traceId, TracePosition place, CancellationToken cancellationToken)
    {
        if (!met.Add(traceId))
        {
            return;
        }
        bool onlyCount = IsFull && more;
        if (onlyCount && sourcesDecide)
        {
            counted++;
            return;
        }
        var trace = await loader.LoadAsync(traceId, cancellationToken);
        int matched = trace is null ? 0 : CountMatches(trace.Spans);
        if (matched == 0)
        {
            return;
        }
        counted++;
        if (onlyCount || (query.After is { } after && (trace!.Position <= after.Position || listedBefore.Contains(traceId.Mix()))))
        {
            return;
        }
        var found = trace! with { MatchedSpans = matched };
        bool isSettled = found.IsComplete && (found.Flags & TraceFlags.Partial) == 0;
        waiting.Add(found.Position, new Waiting(traceId, place, isSettled, IsFull ? default! : project(found)));
        order.Add(found.Position);
        if (waiting.Count > query.Limit + Slack)
        {
            waiting.Remove(order.Max);
            order.Remove(order.Max);
            droppedWaiting = true;
            more = true;
        }
    }

    private void List(TracePosition? frontier)
    {
        while (waiting.Count > 0)
        {
            var place = order.Min;
            if (IsFull)
            {
                more = true;
                return;
            }
            if (frontier is { } f && place > f)
            {
                return;
            }
            order.Remove(place);
            waiting.Remove(place, out var first);
            listed.Add(first.Result);
            (first.IsSettled ? settled : unsettled).Add(first.TraceId.Mix());
            lastListed = place;
        }
    }

    private int CountMatches(SpanBatch spans)
    {
        var matcher = new SpanMatcher(spans, query.Predicates);
        int matches = 0;
        for (int i = 0; i < spans.Count; i++)
        {
            if (query.Range.Contains(spans.Spans.StartTimes[i]) && matcher.Matches(i))
            {
                matches++;
            }
        }
        return matches;
    }

    /// <param name="TraceId">The trace.</param>
    /// <param name="Met">Where its first hit stood.</param>
    /// <param name="IsSettled">True where no more spans are expected.</param>
    /// <param name="Result">What becomes of it when it is listed.</param>
    private readonly record struct Waiting(TraceId TraceId, TracePosition Met, bool IsSettled, T Result);
}
