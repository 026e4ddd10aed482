namespace Clew.Storage.Embedded.Compaction;

/// <summary>Where a part of a trace lies: in which input, at which row of its table of traces.</summary>
internal readonly record struct TracePart(MergeSource Source, int Row);
