namespace Clew.Storage.Embedded.Segments;

/// <summary>What closing derived of one trace.</summary>
/// <param name="Shape">Its hash, 0 where it is not known.</param>
/// <param name="RootService">String id, 0 without a root.</param>
/// <param name="RootName">String id, 0 without a root.</param>
/// <param name="Errors">Spans with status error.</param>
/// <param name="Services">Distinct services.</param>
internal readonly record struct TraceFacts(ulong Shape, int RootService, int RootName, int Errors, int Services);
