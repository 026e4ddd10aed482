using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Analysis.SpanTrees;

/// <summary>A trace in one line, as lists of traces show it.</summary>
/// <param name="RootService">Service of the earliest span without a parent id; null where none has come.</param>
/// <param name="RootName">Name of that span; null where none has come.</param>
/// <param name="StartTime">Smallest start, Unix nanoseconds.</param>
/// <param name="Duration">Largest end − smallest start, nanoseconds.</param>
/// <param name="SpanCount">Distinct spans.</param>
/// <param name="ErrorCount">Those with status error.</param>
/// <param name="Services">Largest self time first, then by name.</param>
public sealed record TraceSummary(
    string? RootService, string? RootName, ulong StartTime, ulong Duration, int SpanCount, int ErrorCount, IReadOnlyList<ServiceSummary> Services)
{
    /// <summary>Sums up a tree and the batch it was built over. Bounded by the trace's services.</summary>
    /// <param name="trace">The batch.</param>
    /// <param name="tree">The tree, analyzed.</param>
    /// <param name="criticalTimes">Nanoseconds on the critical path, by preorder index.</param>
    public static TraceSummary Of(SpanBatch trace, SpanTree tree, ReadOnlySpan<ulong> criticalTimes)
    {
        var services = new Dictionary<int, (int Spans, int Errors, ulong SelfTime, ulong CriticalTime)>();
        int errors = 0;
        for (int i = 0; i < tree.Count; i++)
        {
            int row = tree.Rows[i];
            int error = trace.Spans.StatusCodes[row] == StatusCode.Error ? 1 : 0;
            errors += error;
            int service = trace.ServiceName(row);
            var sums = services.GetValueOrDefault(service);
            services[service] = (sums.Spans + 1, sums.Errors + error, sums.SelfTime + tree.SelfTimes[i], sums.CriticalTime + criticalTimes[i]);
        }
        var list = services.Select(s => new ServiceSummary(trace.Text(s.Key), s.Value.Spans, s.Value.Errors, s.Value.SelfTime, s.Value.CriticalTime)).ToList();
        list.Sort(static (a, b) => a.SelfTime != b.SelfTime ? b.SelfTime.CompareTo(a.SelfTime) : string.CompareOrdinal(a.Name, b.Name));
        int root = tree.Root < 0 ? -1 : tree.Rows[tree.Root];
        return new TraceSummary(
            root < 0 ? null : trace.Text(trace.ServiceName(root)),
            root < 0 ? null : trace.Text(trace.Spans.Names[root]),
            tree.StartTime,
            tree.EndTime - tree.StartTime,
            tree.Count,
            errors,
            list);
    }
}
