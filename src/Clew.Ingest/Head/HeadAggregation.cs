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
    private int nextSlot;

    /// <summary>Folds some parts in; false when all are done.</summary>
    public bool Step()
    {
        lock (shard.Gate)
        {
            var arena = shard.Arena;
            var matcher = new SpanMatcher(arena.Batch, request.Predicates);
            var groups = request.GroupBy.Select(field => new SpanFieldReader(arena.Batch, field)).ToArray();
            var measures = request.Measures
                .Select(measure => measure.Field is { } field ? new SpanFieldReader(arena.Batch, field) : null)
                .ToArray();
            var parts = shard.Parts;
            int done = 0;
            while (nextSlot < parts.Count && done < SpansPerStep)
            {
                int slot = nextSlot++;
                if (!parts.IsVisible(slot, epoch) || parts.Tenants[slot] != request.Tenant)
                {
                    continue;
                }
                done += parts.SpanCounts[slot];
                result.SpansScanned += parts.SpanCounts[slot];
                for (int row = parts.FirstRows[slot]; row >= 0; row = arena.Spans.NextInPart(row))
                {
                    if (!request.Range.Contains(arena.Spans.StartTime(row)))
                    {
                        continue;
                    }
                    int span = arena.Show(row, parts.TraceIds[slot]);
                    if (matcher.Matches(span))
                    {
                        Fold(arena.Batch, span, groups, measures);
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
        ulong bucket = request.BucketWidth == 0 ? 0 : start - (start % request.BucketWidth);
        result.Open(new GroupKey(bucket, values))?.FoldSpan(batch, row, measures);
    }
}
