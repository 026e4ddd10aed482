using Clew.Core.Scan;

namespace Clew.Query;

/// <summary>The figures of all sources together.</summary>
/// <param name="Result">The figures.</param>
/// <param name="Statistics">What they cost.</param>
/// <param name="Partial">Null, or a sentence that says what is missing and why.</param>
public sealed record AggregateAnswer(AggregateResult Result, QueryStatistics Statistics, string? Partial);
