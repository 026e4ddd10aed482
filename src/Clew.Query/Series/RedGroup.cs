namespace Clew.Query.Series;

/// <summary>Spans with the same values of the labels asked for.</summary>
/// <param name="Labels">Values, in the order of <see cref="RedQuery.By"/>.</param>
/// <param name="Points">In order of time, with their durations; steps without spans are left out.</param>
public sealed record RedGroup(IReadOnlyList<string> Labels, IReadOnlyList<RedPoint> Points);
