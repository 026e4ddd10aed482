namespace Clew.Storage.Embedded.Segments;

/// <summary>What a segment is called: the append (or merge) that wrote it and which of its parts it is. Never used twice.</summary>
internal readonly record struct SegmentName(long Sequence, int Part);
