namespace Clew.Ingest.Head;

/// <summary>Names a part from outside of its shard. Valid from the close until the part is freed.</summary>
internal readonly record struct PartRef(HeadShard Shard, int Slot);
