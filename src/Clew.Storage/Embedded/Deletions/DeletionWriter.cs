using Clew.Core.Columns;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Storage.Embedded.Compaction;
using Clew.Storage.Embedded.Recovery;

namespace Clew.Storage.Embedded.Deletions;

/// <summary>Carries deletions that came during a merge over to its result. Used under the store's lock.</summary>
internal sealed class DeletionWriter(IFileLayer files, string root)
{
    /// <summary>Writes the list of the merged segment, which does not have its name yet; null where nothing was deleted meanwhile.</summary>
    public DeletionList? WriteSinceMerge(MergedSegment merged, ManifestEntry entry)
    {
        var since = new HashSet<TraceId>();
        foreach (var (input, before) in merged.Deletions)
        {
            if (input.Deletions is { } now && now != before)
            {
                since.UnionWith(now.Traces.Where(trace => before?.Contains(trace.Row) != true).Select(trace => trace.TraceId));
            }
        }
        if (since.Count == 0)
        {
            return null;
        }
        var traces = new List<DeletedTrace>();
        int firstSpan = 0;
        for (int row = 0; row < merged.TraceIds.Count; row++)
        {
            if (since.Contains(merged.TraceIds[row]))
            {
                traces.Add(new DeletedTrace(merged.TraceIds[row], row, new RowRange(firstSpan, merged.SpanCounts[row])));
            }
            firstSpan += merged.SpanCounts[row];
        }
        var list = new DeletionList(traces);
        DeletionFile.Write(files, root, entry.Path, list);
        return list;
    }
}
