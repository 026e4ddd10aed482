using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Ingest.Head;

/// <summary>One aggregation over one shard: from counts where they say it, otherwise a bounded number of spans under the lock at a time.</summary>
/// <remarks>A part that the snapshot sees keeps its slot while the snapshot is held, so every part is counted once. Not thread-safe.</remarks>
internal sealed class HeadAggregation(HeadShard shard, AggregateResult result, long epoch)
{
    private const int SpansPerStep = 4096;

    private readonly SpanAggregation request = result.Request;
    private readonly ArenaCache<ArenaFields> fields = new(arena => new ArenaFields(arena, result.Request));
    private readonly bool mayCount = HeadCounts.CanAnswer(result.Request);
    private int nextSlot;

    /// <summary>Folds some parts in; false when all are done.</summary>
    public bool Step()
    {
        lock (shard.Gate)
        {
            if (nextSlot == 0 && mayCount && HeadCounts.TryAdd(shard, result, epoch))
            {
                return false;
            }
            var parts = shard.Parts;
            int done = 0;
            while (nextSlot < parts.Count && done < SpansPerStep)
            {
                int slot = nextSlot++;
                if (!parts.IsVisible(slot, epoch) || parts[slot].Tenant != request.Tenant)
                {
                    continue;
                }
                var arena = parts[slot].Arena;
                var own = fields.Get(arena);
                if (!own.Conditions.CanMatch)
                {
                    continue;
                }
                done += parts[slot].SpanCount;
                for (int row = parts[slot].FirstRow; row >= 0; row = arena.Spans.NextInPart(row))
                {
                    int spanClass = arena.Spans.Class(row);
                    var verdict = own.Conditions.Verdicts[spanClass];
                    if (verdict == Verdict.No)
                    {
                        continue;
                    }
                    result.SpansScanned++;
                    if (request.Range.Contains(arena.Spans.StartTime(row))
                        && (verdict == Verdict.All || own.Conditions.Holds(row, spanClass, parts[slot].TraceId)))
                    {
                        Fold(arena.Batch, arena.Show(row, parts[slot].TraceId), own.Groups, own.Measures);
                        arena.Hide();
                    }
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

    /// <summary>What the request reads, in one arena.</summary>
    private sealed class ArenaFields(Arena arena, SpanAggregation request)
    {
        public ArenaConditions Conditions { get; } = new(arena, request.Predicates);

        public SpanFieldReader[] Groups { get; } = [.. request.GroupBy.Select(field => new SpanFieldReader(arena.Batch, field))];

        public SpanFieldReader?[] Measures { get; } =
            [.. request.Measures.Select(measure => measure.Field is { } field ? new SpanFieldReader(arena.Batch, field) : null)];
    }
}
