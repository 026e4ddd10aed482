using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Query.Execution;

/// <summary>Aggregates above a source that does not do it itself, or not with these conditions: reads its traces one by one.</summary>
internal static class AggregateAbove
{
    public static async ValueTask RunAsync(
        AggregateResult result, ISpanSnapshot snapshot, SpanSourceCapabilities capabilities, CancellationToken cancellationToken)
    {
        var request = result.Request;
        var search = new TraceSearch
        {
            Tenant = request.Tenant,
            Range = request.Range,
            Predicates = PredicateSplit.Pushed(request.Predicates, capabilities),
        };
        var batch = new SpanBatch();
        var copier = new SpanBatchCopier(batch);
        var met = new HashSet<TraceId>();
        await foreach (var hit in snapshot.FindTracesAsync(search, cancellationToken).WithCancellation(cancellationToken))
        {
            if (!met.Add(hit.Position.TraceId))
            {
                continue;
            }
            batch.Clear();
            copier.Forget();
            await snapshot.ReadTraceAsync(request.Tenant, hit.Position.TraceId, copier, cancellationToken);
            Fold(result, batch);
        }
    }

    private static void Fold(AggregateResult result, SpanBatch batch)
    {
        var request = result.Request;
        var matcher = new SpanMatcher(batch, request.Predicates);
        var groups = request.GroupBy.Select(field => new SpanFieldReader(batch, field)).ToArray();
        var measures = request.Measures.Select(measure => measure.Field is { } field ? new SpanFieldReader(batch, field) : null).ToArray();
        for (int span = 0; span < batch.Count; span++)
        {
            result.SpansScanned++;
            ulong start = batch.Spans.StartTimes[span];
            if (!request.Range.Contains(start) || !matcher.Matches(span))
            {
                continue;
            }
            var values = new AttributeValue[groups.Length];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = groups[i].Value(span);
            }
            ulong bucket = request.BucketWidth == 0 ? 0 : start - (start % request.BucketWidth);
            if (result.Open(new GroupKey(bucket, values)) is { } figures)
            {
                figures.FoldSpan(batch, span, measures);
            }
        }
    }
}
