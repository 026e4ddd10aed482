using Clew.Core.Measures;

namespace Clew.Storage;

/// <summary>What a store holds.</summary>
/// <param name="Spans">Spans stored, duplicates included, deleted ones not.</param>
/// <param name="Traces">Traces or parts of traces stored.</param>
/// <param name="Segments">Files that hold them.</param>
/// <param name="Bytes">Bytes of these files.</param>
/// <param name="Problems">What is wrong, one sentence each: a file set aside, a disk that refuses. Empty when all is well.</param>
public sealed record SpanStoreStatistics(long Spans, long Traces, int Segments, long Bytes, IReadOnlyList<string> Problems)
{
    /// <summary>Traces or parts that are hidden and still take up room.</summary>
    public long DeletedTraces { get; init; }

    /// <summary>Segments that are being merged now; 0: no merge is under way.</summary>
    public int MergingSegments { get; init; }

    /// <summary>
    /// True where nothing is being merged, and nothing was left to be when the store last looked, since when nothing has come. What waits
    /// for others of its size, or for its day to become quiet, is not counted. Always true of a store that does not merge.
    /// </summary>
    public bool IsSettled { get; init; } = true;

    /// <summary>Memory of the index over segments.</summary>
    public long IndexBytes { get; init; }

    /// <summary>Merges done since the store was opened.</summary>
    public long Merges { get; init; }

    /// <summary>Segments deleted since the store was opened because they had outlived their retention.</summary>
    public long ExpiredSegments { get; init; }

    /// <summary>How much is in use of what is bounded.</summary>
    public IReadOnlyList<BoundUse> Bounds { get; init; } = [];
}
