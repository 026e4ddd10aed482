using Clew.Core.Model;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>Joins the tables of traces of several inputs: which parts each trace has. Bounded by 150 bytes a trace.</summary>
internal static class TraceJoin
{
    /// <summary>The traces, in the order of the result; those that were deleted are left out.</summary>
    public static List<JoinedTrace> Join(IReadOnlyList<MergeSource> sources)
    {
        var joined = new Dictionary<TraceId, JoinedTrace>(sources.Sum(source => source.Reader.Directory.Summary.Traces));
        foreach (var source in sources)
        {
            MergeInputDamagedException.Guard(source.Segment, () => Add(source, joined));
        }
        var traces = joined.Values.ToList();
        traces.Sort(static (left, right) => left.Position.CompareTo(right.Position));
        return traces;
    }

    private static void Add(MergeSource source, Dictionary<TraceId, JoinedTrace> joined)
    {
        for (int row = 0; row < source.Reader.Directory.Summary.Traces; row++)
        {
            if (source.Trace(row) is not var (position, flags))
            {
                continue;
            }
            var part = new TracePart(source, row);
            if (joined.TryGetValue(position.TraceId, out var known))
            {
                known.Add(position, flags, part);
            }
            else
            {
                joined.Add(position.TraceId, new JoinedTrace(position, flags, part));
            }
        }
    }
}
