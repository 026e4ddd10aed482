using Clew.Core.Scan;

namespace Clew.Ingest.Head;

/// <summary>A part that a search may find.</summary>
/// <param name="Position">Where it stood when the search began.</param>
/// <param name="Shard">Index of its shard.</param>
/// <param name="Slot">Its slot there; whether it still holds this part is checked before use.</param>
internal readonly record struct HeadCandidate(TracePosition Position, int Shard, int Slot);
