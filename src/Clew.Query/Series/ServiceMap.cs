namespace Clew.Query.Series;

/// <summary>Who asked what of whom. Belongs to the caller.</summary>
/// <param name="Resolution">Nanoseconds to multiples of which the ends of the range were widened.</param>
/// <param name="Nodes">By name (ordinal).</param>
/// <param name="Edges">By client, server, connection (ordinal).</param>
/// <param name="Partial">Null, or a sentence that says what is missing and why.</param>
public sealed record ServiceMap(ulong Resolution, IReadOnlyList<ServiceNode> Nodes, IReadOnlyList<ServiceEdge> Edges, string? Partial);
