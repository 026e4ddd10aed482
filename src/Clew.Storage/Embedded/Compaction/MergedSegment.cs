using Clew.Core.Model;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>What a merge made.</summary>
/// <param name="Image">The segment; null where nothing was left.</param>
/// <param name="TraceIds">Its traces, by row.</param>
/// <param name="SpanCounts">How many spans each has.</param>
/// <param name="Deletions">By input: what was deleted in it when the merge began.</param>
internal sealed record MergedSegment(
    SegmentImage? Image, IReadOnlyList<TraceId> TraceIds, IReadOnlyList<int> SpanCounts, IReadOnlyDictionary<Segment, DeletionList?> Deletions);
