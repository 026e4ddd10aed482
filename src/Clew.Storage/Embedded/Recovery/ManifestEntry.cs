using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Recovery;

/// <summary>A segment in the manifest.</summary>
internal sealed record ManifestEntry(string Path, long Length, SegmentSummary Summary);
