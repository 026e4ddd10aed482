using Clew.Core.Model;
using Clew.Core.Scan;

namespace Clew.Ingest.Head;

/// <summary>
/// Answers what can be answered from the number of spans in each class, without looking at them: counts by service, name, kind, status,
/// scope or attributes of the resource.
/// </summary>
/// <remarks>
/// Only rows of blocks that lie in the range in part are looked at, to be taken off. Stateless.
/// </remarks>
internal static class HeadCounts
{
    /// <summary>Rows that are looked at under one hold of the lock.</summary>
    private const int MaxRows = 1 << 16;

    /// <summary>False where the request asks for what differs within a class.</summary>
    public static bool CanAnswer(SpanAggregation request) =>
        request.BucketWidth == 0 && request.Measures.All(measure => measure.IsCount) && request.GroupBy.All(ClassKeys.IsOfClass);

    /// <summary>Adds what a snapshot of the epoch sees of a shard; false, and nothing added, where spans must be looked at. Call with the shard's lock.</summary>
    public static bool TryAdd(HeadShard shard, AggregateResult result, long epoch)
    {
        var request = result.Request;
        var counted = new List<(Arena Arena, int[] Counts)>();
        int rows = MaxRows;
        foreach (var arena in shard.Arenas)
        {
            int tenant = arena.NumberOf(request.Tenant);
            if (Count(arena, tenant, new ArenaConditions(arena, request.Predicates), request.Range, epoch) is not { } counts)
            {
                return false;
            }
            rows -= RowsToLookAt(arena, request.Range);
            if (rows < 0)
            {
                return false;
            }
            counted.Add((arena, counts));
        }
        foreach (var (arena, counts) in counted)
        {
            result.SpansScanned += TakeOff(shard, arena, counts, request.Range, epoch);
            Fold(arena, counts, result);
        }
        return true;
    }

    /// <summary>Spans by class that match and are seen, wherever they lie in time; null where that differs within a class.</summary>
    private static int[]? Count(Arena arena, int tenant, ArenaConditions conditions, TimeRange range, long epoch)
    {
        int[] counts = new int[arena.Classes.Count];
        for (int number = 0; number < counts.Length && conditions.CanMatch; number++)
        {
            ref readonly var one = ref arena.Classes[number];
            if ((number != SpanClasses.None && one.Tenant != tenant) || conditions.Verdicts[number] == Verdict.No || !range.Overlaps(one.MinStart, one.MaxStart))
            {
                continue;
            }
            int seen = one.Live + arena.Stored.Count(number, epoch);
            if (seen > 0 && (number == SpanClasses.None || conditions.Verdicts[number] == Verdict.Maybe))
            {
                return null;
            }
            counts[number] = seen;
        }
        return counts;
    }

    private static int RowsToLookAt(Arena arena, TimeRange range)
    {
        int rows = 0;
        for (int block = 0; block < arena.Blocks.Count; block++)
        {
            rows += IsInside(arena, block, range) ? 0 : arena.Blocks.End(block, arena.Rows.Count) - arena.Blocks.First(block);
        }
        return rows;
    }

    /// <summary>Takes off what was counted and lies outside of the range. Returns how many rows were looked at.</summary>
    private static int TakeOff(HeadShard shard, Arena arena, int[] counts, TimeRange range, long epoch)
    {
        int looked = 0;
        for (int block = 0; block < arena.Blocks.Count; block++)
        {
            if (IsInside(arena, block, range))
            {
                continue;
            }
            int end = arena.Blocks.End(block, arena.Rows.Count);
            int number = arena.Blocks.First(block);
            if (number == end)
            {
                continue;
            }
            int run = arena.Runs.Of(number);
            int chunk = arena.Rows.ChunkOf(number);
            while (number < end)
            {
                int runEnd = Math.Min(end, arena.Runs.End(run, arena.Rows.Count));
                int slot = arena.Runs.Part(run++);
                bool isSeen = shard.IsIn(slot, arena, arena.Rows.Row(number, ref chunk), epoch);
                for (; number < runEnd; number++)
                {
                    int spanClass = arena.Rows.Classes[number];
                    if (isSeen && spanClass < counts.Length && counts[spanClass] > 0)
                    {
                        looked++;
                        counts[spanClass] -= range.Contains(arena.Spans.StartTime(arena.Rows.Row(number, ref chunk))) ? 0 : 1;
                    }
                }
            }
        }
        return looked;
    }

    private static void Fold(Arena arena, int[] counts, AggregateResult result)
    {
        if (result.Request.GroupBy.All(ClassKeys.IsOfResource))
        {
            FoldByResource(arena, counts, result);
            return;
        }
        var keys = new ClassKeys(arena, result);
        Span<int> key = stackalloc int[result.Request.GroupBy.Count];
        for (int number = 0; number < counts.Length; number++)
        {
            if (counts[number] > 0)
            {
                keys.Read(number, key);
                Fold(result, result.Open(0, key), counts[number], IsError(arena, number) ? counts[number] : 0);
            }
        }
    }

    /// <summary>Resources are few: their classes are added up first.</summary>
    private static void FoldByResource(Arena arena, int[] counts, AggregateResult result)
    {
        var sums = new (int Spans, int Errors, int Class)[arena.Batch.Resources.Count];
        for (int number = 0; number < counts.Length; number++)
        {
            if (counts[number] > 0)
            {
                ref var sum = ref sums[arena.Classes[number].Resource];
                sum = (sum.Spans + counts[number], sum.Errors + (IsError(arena, number) ? counts[number] : 0), number);
            }
        }
        var keys = new ClassKeys(arena, result);
        Span<int> key = stackalloc int[result.Request.GroupBy.Count];
        foreach (var (spans, errors, number) in sums)
        {
            if (spans > 0)
            {
                keys.Read(number, key);
                Fold(result, result.Open(0, key), spans, errors);
            }
        }
    }

    private static void Fold(AggregateResult result, int group, int spans, int errors)
    {
        for (int m = 0; m < result.Plan.Measures.Count && group >= 0; m++)
        {
            int counted = result.Plan.Measures[m].Function == AggregateFunction.Count ? spans : errors;
            if (counted > 0)
            {
                result.Fold(group, m, counted);
            }
        }
    }

    private static bool IsError(Arena arena, int number) => PackedSpans.StatusOf(arena.Classes[number].Bits) == StatusCode.Error;

    private static bool IsInside(Arena arena, int block, TimeRange range) =>
        arena.Blocks.MinStart(block) > arena.Blocks.MaxStart(block)
        || (range.Contains(arena.Blocks.MinStart(block)) && range.Contains(arena.Blocks.MaxStart(block)));
}
