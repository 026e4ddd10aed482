using Clew.Core.Columns;
using Clew.Core.Scan;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The order of a segment's traces: that of <see cref="TracePosition"/>, newest first, so that a search reads forward.</summary>
internal static class TraceOrder
{
    private const ulong NanosecondsPerDay = 86_400_000_000_000;

    /// <summary>The batch's traces by UTC day of their start, each day's in order. Traces without spans are left out.</summary>
    public static List<(int Day, int[] Traces)> ByDay(TraceBatch batch)
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
        Array.Sort(positions, rows, 0, count);
        var days = new List<(int, int[])>();
        for (int first = 0; first < count;)
        {
            ulong day = positions[first].StartTime / NanosecondsPerDay;
            int end = first + 1;
            while (end < count && positions[end].StartTime / NanosecondsPerDay == day)
            {
                end++;
            }
            days.Add(((int)day, rows[first..end]));
            first = end;
        }
        return days;
    }
}
