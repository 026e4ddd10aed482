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
        for (int span = 0; span < batch.Count; span++)
        {
            result.SpansScanned++;
            ulong start = batch.Spans.StartTimes[span];
            if (!request.Range.Contains(start) || !matcher.Matches(span))
            {
                continue;
            }
            var values = new AttributeValue[request.GroupBy.Count];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = FirstValue(batch, span, request.GroupBy[i]);
            }
            ulong bucket = request.BucketWidth == 0 ? 0 : start - (start % request.BucketWidth);
            if (result.Open(new GroupKey(bucket, values)) is not { } figures)
            {
                continue;
            }
            for (int i = 0; i < figures.Length; i++)
            {
                var measure = request.Measures[i];
                if (measure.Function == AggregateFunction.Count)
                {
                    figures[i]++;
                }
                else if (Number(FirstValue(batch, span, measure.Field!.Value)) is { } number)
                {
                    figures[i] = AggregateResult.Fold(measure.Function, figures[i], number);
                }
            }
        }
    }

    private static double? Number(AttributeValue value) => value.Type switch
    {
        AttributeType.Int => value.Bits,
        AttributeType.Double => value.Double,
        _ => null,
    };

    private static AttributeValue FirstValue(SpanBatch batch, int span, FieldReference field)
    {
        if (field.Field != SpanField.Attribute)
        {
            return SpanMatcher.Intrinsic(batch, span, field.Field);
        }
        int key = batch.Strings.Find(System.Text.Encoding.UTF8.GetBytes(field.Key));
        if (key < 0)
        {
            return AttributeValue.Empty;
        }
        var spans = batch.Spans;
        if (field.Scope.HasFlag(AttributeScope.Span) && In(spans.Attributes[span]) is { } ofSpan)
        {
            return ofSpan;
        }
        if (field.Scope.HasFlag(AttributeScope.Resource) && In(batch.Resources.Attributes[spans.Resources[span]]) is { } ofResource)
        {
            return ofResource;
        }
        if (field.Scope.HasFlag(AttributeScope.Scope) && In(batch.Scopes.Attributes[spans.Scopes[span]]) is { } ofScope)
        {
            return ofScope;
        }
        for (int i = spans.Events[span].Start; field.Scope.HasFlag(AttributeScope.Event) && i < spans.Events[span].End; i++)
        {
            if (In(batch.Events.Attributes[i]) is { } ofEvent)
            {
                return ofEvent;
            }
        }
        for (int i = spans.Links[span].Start; field.Scope.HasFlag(AttributeScope.Link) && i < spans.Links[span].End; i++)
        {
            if (In(batch.Links.Attributes[i]) is { } ofLink)
            {
                return ofLink;
            }
        }
        return AttributeValue.Empty;

        AttributeValue? In(RowRange rows)
        {
            for (int i = rows.Start; i < rows.End; i++)
            {
                if (batch.Attributes.Keys[i] == key)
                {
                    return batch.Value(i);
                }
            }
            return null;
        }
    }
}
