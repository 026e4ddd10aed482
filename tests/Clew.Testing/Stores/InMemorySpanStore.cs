using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage;

namespace Clew.Testing.Stores;

/// <summary>
/// The slow and obvious store that others are compared with: keeps every append and looks at every span, straight by
/// <see cref="SpanMatcher"/>.
/// </summary>
public sealed class InMemorySpanStore : ISpanStore
{
    private readonly List<(Tenant Tenant, TraceBatch Batch)> appends = [];
    private readonly ConcurrentDictionary<(TraceBatch Batch, TraceId TraceId), bool> deleted = new();

    public SpanSourceCapabilities Capabilities =>
        SpanSourceCapabilities.IntrinsicComparison | SpanSourceCapabilities.AttributeComparison
        | SpanSourceCapabilities.AnyOf | SpanSourceCapabilities.Aggregation;

    public SpanStoreCapabilities StoreCapabilities => SpanStoreCapabilities.Deletion;

    public AppendId? LastAppend { get; private set; } = AppendId.None;

    public ValueTask AppendAsync(Tenant tenant, TraceBatch traces, AppendId append, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (append != AppendId.None)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(append, LastAppend!.Value);
        }
        var copy = new TraceBatch();
        var copier = new SpanBatchCopier(copy.Spans);
        copier.Begin(traces.Spans);
        for (int trace = 0; trace < traces.Traces.Count; trace++)
        {
            var rows = traces.Traces.Spans[trace];
            int first = copy.Spans.Count;
            for (int row = rows.Start; row < rows.End; row++)
            {
                copier.Copy(row);
            }
            copy.Traces.Add(traces.Traces.TraceIds[trace], new RowRange(first, rows.Count), traces.Traces.Flags[trace]);
        }
        lock (appends)
        {
            appends.Add((tenant, copy));
            LastAppend = append == AppendId.None ? LastAppend : append;
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> DeleteTracesAsync(Tenant tenant, IReadOnlyCollection<TraceId> traceIds, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (appends)
        {
            int count = 0;
            foreach (var id in traceIds.Distinct())
            {
                bool any = false;
                foreach (var (owner, batch) in appends)
                {
                    any |= owner == tenant && batch.Traces.TraceIds.AsSpan(0, batch.Traces.Count).Contains(id) && deleted.TryAdd((batch, id), true);
                }
                count += any ? 1 : 0;
            }
            return ValueTask.FromResult(count);
        }
    }

    public void FindHeld(Tenant tenant, TimeRange starts, ReadOnlySpan<TraceId> traceIds, Span<bool> mayHold)
    {
        lock (appends)
        {
            for (int i = 0; i < traceIds.Length; i++)
            {
                var traceId = traceIds[i];
                mayHold[i] = appends.Any(append => append.Tenant == tenant && !IsDeleted(append.Batch, traceId)
                    && Enumerable.Range(0, append.Batch.Spans.Count).Any(row =>
                        append.Batch.Spans.Spans.TraceIds[row] == traceId && starts.Contains(append.Batch.Spans.Spans.StartTimes[row])));
            }
        }
    }

    public SpanStoreStatistics GetStatistics()
    {
        lock (appends)
        {
            return new SpanStoreStatistics(
                appends.Sum(a => Enumerable.Range(0, a.Batch.Spans.Count).LongCount(row => !IsDeleted(a.Batch, a.Batch.Spans.Spans.TraceIds[row]))),
                appends.Sum(a => a.Batch.Traces.TraceIds[..a.Batch.Traces.Count].LongCount(id => !IsDeleted(a.Batch, id))),
                appends.Count,
                0,
                []);
        }
    }

    public ISpanSnapshot Snapshot()
    {
        lock (appends)
        {
            return new View(this, [.. appends]);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The values of a field on a span, in the order in which they count: span, resource, scope, events, links.</summary>
    public static IEnumerable<AttributeValue> Values(SpanBatch batch, int span, FieldReference field)
    {
        if (field.Field != SpanField.Attribute)
        {
            return [SpanMatcher.Intrinsic(batch, span, field.Field)];
        }
        var s = batch.Spans;
        var ranges = new List<RowRange>();
        if (field.Scope.HasFlag(AttributeScope.Span))
        {
            ranges.Add(s.Attributes[span]);
        }
        if (field.Scope.HasFlag(AttributeScope.Resource))
        {
            ranges.Add(batch.Resources.Attributes[s.Resources[span]]);
        }
        if (field.Scope.HasFlag(AttributeScope.Scope))
        {
            ranges.Add(batch.Scopes.Attributes[s.Scopes[span]]);
        }
        for (int e = s.Events[span].Start; field.Scope.HasFlag(AttributeScope.Event) && e < s.Events[span].End; e++)
        {
            ranges.Add(batch.Events.Attributes[e]);
        }
        for (int l = s.Links[span].Start; field.Scope.HasFlag(AttributeScope.Link) && l < s.Links[span].End; l++)
        {
            ranges.Add(batch.Links.Attributes[l]);
        }
        return from range in ranges
               from row in Enumerable.Range(range.Start, range.Count)
               where batch.Text(batch.Attributes.Keys[row]) == field.Key
               select batch.Value(row);
    }

    private bool IsDeleted(TraceBatch batch, TraceId traceId) => deleted.ContainsKey((batch, traceId));

    private sealed class View(InMemorySpanStore store, List<(Tenant Tenant, TraceBatch Batch)> appends) : ISpanSnapshot
    {
        public async IAsyncEnumerable<TraceHit> FindTracesAsync(TraceSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await ValueTask.CompletedTask;
            var hits = new List<TracePosition>();
            foreach (var batch in Of(search.Tenant))
            {
                var matcher = new SpanMatcher(batch.Spans, search.Predicates);
                for (int trace = 0; trace < batch.Traces.Count; trace++)
                {
                    var rows = Enumerable.Range(batch.Traces.Spans[trace].Start, batch.Traces.Spans[trace].Count).ToList();
                    if (!store.IsDeleted(batch, batch.Traces.TraceIds[trace]) && rows.Exists(row => search.Range.Contains(batch.Spans.Spans.StartTimes[row]) && matcher.Matches(row)))
                    {
                        hits.Add(new TracePosition(rows.Min(row => batch.Spans.Spans.StartTimes[row]), batch.Traces.TraceIds[trace]));
                    }
                }
            }
            hits.Sort();
            foreach (var hit in hits)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new TraceHit(hit, 0);
            }
        }

        public ValueTask<TraceFlags?> ReadTraceAsync(Tenant tenant, TraceId traceId, SpanBatchCopier destination, CancellationToken cancellationToken)
        {
            TraceFlags? flags = null;
            foreach (var batch in Of(tenant))
            {
                destination.Begin(batch.Spans);
                for (int trace = 0; trace < batch.Traces.Count; trace++)
                {
                    if (batch.Traces.TraceIds[trace] == traceId && !store.IsDeleted(batch, traceId))
                    {
                        flags = (flags ?? TraceFlags.None) | batch.Traces.Flags[trace];
                        for (int row = batch.Traces.Spans[trace].Start; row < batch.Traces.Spans[trace].End; row++)
                        {
                            destination.Copy(row);
                        }
                    }
                }
            }
            return ValueTask.FromResult(flags);
        }

        public ValueTask AggregateAsync(AggregateResult result, CancellationToken cancellationToken)
        {
            var request = result.Request;
            foreach (var batch in Of(request.Tenant))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var matcher = new SpanMatcher(batch.Spans, request.Predicates);
                for (int row = 0; row < batch.Spans.Count; row++)
                {
                    ulong start = batch.Spans.Spans.StartTimes[row];
                    if (!store.IsDeleted(batch, batch.Spans.Spans.TraceIds[row]) && request.Range.Contains(start) && matcher.Matches(row))
                    {
                        ulong bucket = request.BucketWidth == 0 ? 0 : start - (start % request.BucketWidth);
                        Fold(result, batch.Spans, row, bucket);
                    }
                }
            }
            return ValueTask.CompletedTask;
        }

        public void Dispose()
        {
        }

        private static void Fold(AggregateResult result, SpanBatch batch, int row, ulong bucket)
        {
            var key = new GroupKey(bucket, [.. result.Request.GroupBy.Select(field => Values(batch, row, field).FirstOrDefault())]);
            if (result.Open(key) is not { } figures)
            {
                return;
            }
            for (int m = 0; m < figures.Count; m++)
            {
                var measure = result.Request.Measures[m];
                double? value = measure.Function switch
                {
                    AggregateFunction.Count => 1,
                    AggregateFunction.Errors => batch.Spans.StatusCodes[row] == StatusCode.Error ? 1 : null,
                    _ => Values(batch, row, measure.Field!.Value).FirstOrDefault() switch
                    {
                        { Type: AttributeType.Int } number => number.Bits,
                        { Type: AttributeType.Double } number => number.Double,
                        _ => null,
                    },
                };
                if (value is { } known)
                {
                    figures.Fold(m, known);
                }
            }
        }

        private IEnumerable<TraceBatch> Of(Tenant tenant) => appends.Where(a => a.Tenant == tenant).Select(a => a.Batch);
    }
}
