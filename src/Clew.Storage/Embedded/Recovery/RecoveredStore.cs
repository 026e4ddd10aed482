using Clew.Storage.Embedded.Deletions;

namespace Clew.Storage.Embedded.Recovery;

/// <summary>What was found in a directory.</summary>
/// <param name="Manifest">The segments, those that cannot be used among them, so that they are not forgotten.</param>
/// <param name="Unusable">Paths of segments that are missing or of the wrong length.</param>
/// <param name="Deletions">Deletion lists, by path of the segment.</param>
/// <param name="Problems">What is wrong, one sentence each.</param>
/// <param name="LeftoversRemoved">Files of unfinished work that were deleted.</param>
internal sealed record RecoveredStore(
    Manifest Manifest, IReadOnlySet<string> Unusable, IReadOnlyDictionary<string, DeletionList> Deletions, IReadOnlyList<string> Problems, int LeftoversRemoved);
