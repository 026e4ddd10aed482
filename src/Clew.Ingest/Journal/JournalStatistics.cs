using Clew.Core.Measures;

namespace Clew.Ingest.Journal;

/// <summary>How full the journal is and how it fares.</summary>
/// <param name="NeededBytes">Bytes of records not yet released.</param>
/// <param name="BoundBytes">The most it may hold; appends are refused there.</param>
/// <param name="FileBytes">Bytes of its files on disk, recycled ones included.</param>
/// <param name="Problems">What is wrong or was found wrong at start, one sentence each; empty when all is well.</param>
/// <param name="Refusal">Why nothing is accepted now, one of the problems; null where the disk takes records.</param>
public sealed record JournalStatistics(
    long NeededBytes, long BoundBytes, long FileBytes, IReadOnlyList<string> Problems, string? Refusal = null)
{    /// <summary>How much is in use of what is bounded.</summary>
    public IReadOnlyList<BoundUse> Bounds { get; init; } = [];
}
