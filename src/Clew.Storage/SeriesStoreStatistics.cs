using Clew.Core.Measures;

namespace Clew.Storage;

/// <summary>What a series store holds.</summary>
/// <param name="Series">Series known, of all tenants.</param>
/// <param name="Blocks">Files that hold points.</param>
/// <param name="Bytes">Bytes of these files.</param>
/// <param name="LogBytes">Bytes of the log of what is not in blocks yet.</param>
/// <param name="Problems">What is wrong, one sentence each: a file set aside, a disk that refuses, too many series. Empty when all is well.</param>
public sealed record SeriesStoreStatistics(int Series, int Blocks, long Bytes, long LogBytes, IReadOnlyList<string> Problems)
{
    /// <summary>Memory of points that are not in blocks yet, bytes.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Spans and calls that came, since the store was opened, to a series past the bound and were added to one named "other".</summary>
    public long CountedAsOther { get; init; }

    /// <summary>Spans and calls that came, since the store was opened, too late for the coarsest resolution and were dropped.</summary>
    public long TooOld { get; init; }

    /// <summary>How often the log was folded into blocks since the store was opened.</summary>
    public long Folds { get; init; }

    /// <summary>Merges of blocks done since the store was opened.</summary>
    public long Merges { get; init; }

    /// <summary>Blocks deleted since the store was opened because they had outlived their retention.</summary>
    public long ExpiredBlocks { get; init; }

    /// <summary>How much is in use of what is bounded.</summary>
    public IReadOnlyList<BoundUse> Bounds { get; init; } = [];
}
