namespace Clew.Ingest.Head;

/// <summary>A closed part that waits for the store.</summary>
/// <param name="Part">Where it is.</param>
/// <param name="Description">What it was when it closed.</param>
/// <param name="Arena">The arena it lay in then: parts of one arena are cheap to store together. It may have been moved since.</param>
/// <param name="Since">When it was found closed: the clock's monotonic counter.</param>
internal readonly record struct WaitingPart(PartRef Part, PartDescription Description, Arena Arena, long Since);
