namespace Clew.Query.Series;

/// <summary>What a <see cref="RedQuery"/> found. Belongs to the caller.</summary>
/// <param name="Step">Nanoseconds between points, perhaps more than was asked for; 0: one point for the whole range.</param>
/// <param name="Resolution">Nanoseconds to multiples of which the ends of the range were widened.</param>
/// <param name="Groups">In order of their labels.</param>
/// <param name="Partial">Null, or a sentence that says what is missing and why.</param>
public sealed record RedAnswer(ulong Step, ulong Resolution, IReadOnlyList<RedGroup> Groups, string? Partial);
