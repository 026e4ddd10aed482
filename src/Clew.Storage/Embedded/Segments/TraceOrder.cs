using Clew.Core.Columns;
using Clew.Core.Scan;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The order of a segment's traces: that of <see cref="TracePosition"/>, newest first, so that a search reads forward.</summary>
internal static class TraceOrder
{
    /// <summary>The batch's traces by partition of their start, each one's in order. Traces without spans are left out.</summary>
    /// <param name="batch">The traces.</param>
    /// <param name="now">The present, Unix nanoseconds; null: the time at which half of the traces have begun.</param>
    public static List<(int Day, int[] Traces)> ByPartition(TraceBatch batch, ulong? now)
    {
        var positions = new TracePosition[batch.Traces.Count];
        var rows = new int[positions.Length];
        int count = 0;
        for (int trace = 0; trace < positions.Length; trace++)
        {
            var range = batch.Traces.Spans[trace];
            if (range.Count == 0)
            {
                continue;
            }
            ulong start = ulong.MaxValue;
            foreach (ulong time in batch.Spans.Spans.StartTimes.AsSpan(range.Start, range.Count))
            {
                start = Math.Min(start, time);
            }
            positions[count] = new TracePosition(start, batch.Traces.TraceIds[trace]);
            rows[count++] = trace;
        }
        if (!IsSorted(positions.AsSpan(0, count)))
        {
            Array.Sort(positions, rows, 0, count);
        }
        var days = new List<(int, int[])>();
        var partition = new TimePartition(now ?? (count > 0 ? positions[count / 2].StartTime : 0));
        for (int first = 0; first < count;)
        {
            int day = partition.Of(positions[first].StartTime);
            int end = first + 1;
            while (end < count && partition.Of(positions[end].StartTime) == day)
            {
                end++;
            }
            days.Add((day, rows[first..end]));
            first = end;
        }
        return days;
    }

    /// <summary>True where nothing is left to sort, as in most batches that come from the head.</summary>
    private static bool IsSorted(ReadOnlySpan<TracePosition> positions)
    {
        for (int i = 1; i < positions.Length; i++)
        {
            if (positions[i - 1] > positions[i])
            {
                return false;
            }
        }
        return true;
    }
}
