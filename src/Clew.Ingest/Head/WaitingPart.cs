namespace Clew.Ingest.Head;

/// <summary>A closed part that waits for the store.</summary>
/// <param name="Part">Where it is.</param>
/// <param name="Description">What it was when it closed.</param>
internal readonly record struct WaitingPart(PartRef Part, PartDescription Description);
