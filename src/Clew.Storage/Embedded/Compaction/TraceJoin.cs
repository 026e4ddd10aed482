using Clew.Core.Model;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>Joins the tables of traces of several inputs: which parts each trace has. Bounded by some 200 bytes a trace.</summary>
internal static class TraceJoin
{
    /// <summary>The traces, in the order of the result; those that were deleted are left out.</summary>
    public static List<JoinedTrace> Join(IReadOnlyList<MergeSource> sources)
    {
        var joined = new Dictionary<TraceId, JoinedTrace>(sources.Sum(source => source.Traces.Count));
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
        for (int row = 0; row < source.Traces.Count; row++)
        {
            if (source.Deletions?.Contains(row) == true)
            {
                continue;
            }
            var position = source.Traces.Position(row);
            var flags = source.Traces.Flags(row);
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
