namespace Clew.Storage.Embedded.Series;

/// <summary>What was found in a directory.</summary>
/// <param name="Manifest">The blocks, those that cannot be used among them, so that they are not forgotten.</param>
/// <param name="Unusable">Paths of blocks that are missing or of the wrong length.</param>
/// <param name="Logs">Log files that are still needed.</param>
/// <param name="Records">Records of appends that took place and are not in blocks, in order.</param>
/// <param name="Committed">The last append that took place.</param>
/// <param name="NextAppend">Greater than any append that was ever begun.</param>
/// <param name="Problems">What is wrong, one sentence each.</param>
/// <param name="LeftoversRemoved">Files of unfinished work that were deleted.</param>
internal sealed record RecoveredSeries(
    SeriesManifest Manifest, IReadOnlySet<string> Unusable, IReadOnlyList<SeriesLogFile> Logs, IReadOnlyList<SeriesLogRecord> Records,
    AppendId Committed, AppendId NextAppend, IReadOnlyList<string> Problems, int LeftoversRemoved);
