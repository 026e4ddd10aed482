namespace Clew.Ingest.Head;

/// <summary>An arena as a search met it: the rows that it had, and what the search asks of them.</summary>
/// <param name="Shard">Index of its shard.</param>
/// <param name="Turn">How often the shard's arenas had been lined up before.</param>
/// <param name="Arena">The arena.</param>
/// <param name="Version">Its version.</param>
/// <param name="Rows">Its rows: later ones are not looked at.</param>
/// <param name="Conditions">The search's conditions on it.</param>
internal sealed record ArenaLook(int Shard, int Turn, Arena Arena, long Version, int Rows, ArenaConditions Conditions);
