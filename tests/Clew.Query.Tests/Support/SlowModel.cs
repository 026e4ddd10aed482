using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Testing;

namespace Clew.Query.Tests.Support;

/// <summary>What a search means, in the slow and obvious way: all spans of all sources in one list, every line of text once.</summary>
internal static class SlowModel
{
    public static List<(TracePosition Position, int Matched)> Search(
        IEnumerable<MemorySpanSource> sources, TimeRange range, IReadOnlyList<SpanPredicate> predicates)
    {
        var spans = new Dictionary<string, (SpanBatch Batch, int Row)>();
        foreach (var part in sources.SelectMany(s => s.Parts))
        {
            foreach (int row in part.Rows)
            {
                spans.TryAdd(SpanText.Line(part.Batch, row), (part.Batch, row));
            }
        }
        var found = new List<(TracePosition Position, int Matched)>();
        foreach (var trace in spans.Values.GroupBy(s => s.Batch.Spans.TraceIds[s.Row]))
        {
            int matched = trace.Count(s =>
                range.Contains(s.Batch.Spans.StartTimes[s.Row]) && new SpanMatcher(s.Batch, predicates).Matches(s.Row));
            if (matched > 0)
            {
                found.Add((new TracePosition(trace.Min(s => s.Batch.Spans.StartTimes[s.Row]), trace.Key), matched));
            }
        }
        return [.. found.OrderByDescending(f => f.Position.StartTime).ThenByDescending(f => f.Position.TraceId)];
    }
}
