using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Ingest.Head;

/// <summary>One aggregation over one shard, a bounded number of spans under the lock at a time.</summary>
/// <remarks>A part that the snapshot sees keeps its slot while the snapshot is held, so every part is counted once. Not thread-safe.</remarks>
internal sealed class HeadAggregation(HeadShard shard, AggregateResult result, long epoch)
{
    private const int SpansPerStep = 4096;

    private readonly SpanAggregation request = result.Request;
    private readonly ArenaCache<ArenaFields> fields = new(arena => new ArenaFields(arena.Batch, result.Request));
    private int nextSlot;

    /// <summary>Folds some parts in; false when all are done.</summary>
    public bool Step()
    {
        lock (shard.Gate)
        {
            var parts = shard.Parts;
            int done = 0;
            while (nextSlot < parts.Count && done < SpansPerStep)
            {
                int slot = nextSlot++;
                if (!parts.IsVisible(slot, epoch) || parts.Tenants[slot] != request.Tenant)
                {
                    continue;
                }
                var arena = parts.Arenas[slot];
                var own = fields.Get(arena);
                done += parts.SpanCounts[slot];
                result.SpansScanned += parts.SpanCounts[slot];
                for (int row = parts.FirstRows[slot]; row >= 0; row = arena.Spans.NextInPart(row))
                {
                    if (!request.Range.Contains(arena.Spans.StartTime(row)))
                    {
                        continue;
                    }
                    int span = arena.Show(row, parts.TraceIds[slot]);
                    if (own.Matcher.Matches(span))
                    {
                        Fold(arena.Batch, span, own.Groups, own.Measures);
                    }
                    arena.Hide();
                }
            }
            return nextSlot < parts.Count;
        }
    }

    private void Fold(SpanBatch batch, int row, SpanFieldReader[] groups, SpanFieldReader?[] measures)
    {
        ulong start = batch.Spans.StartTimes[row];
        var values = groups.Length == 0 ? [] : new AttributeValue[groups.Length];
        for (int i = 0; i < groups.Length; i++)
        {
            values[i] = groups[i].Value(row);
        }
        double[]? figures = result.Open(new GroupKey(request.BucketWidth == 0 ? 0 : start - (start % request.BucketWidth), values));
        if (figures is null)
        {
            return;
        }
        for (int i = 0; i < measures.Length; i++)
        {
            var function = request.Measures[i].Function;
            if (function == AggregateFunction.Count)
            {
                figures[i]++;
            }
            else if (measures[i] is { } field && field.TryNumber(row, out double number))
            {
                figures[i] = AggregateResult.Fold(function, figures[i], number);
            }
        }
    }

    /// <summary>What the request reads, in one arena.</summary>
    private sealed class ArenaFields(SpanBatch batch, SpanAggregation request)
    {
        public SpanMatcher Matcher { get; } = new(batch, request.Predicates);

        public SpanFieldReader[] Groups { get; } = [.. request.GroupBy.Select(field => new SpanFieldReader(batch, field))];

        public SpanFieldReader?[] Measures { get; } =
            [.. request.Measures.Select(measure => measure.Field is { } field ? new SpanFieldReader(batch, field) : null)];
    }
}
