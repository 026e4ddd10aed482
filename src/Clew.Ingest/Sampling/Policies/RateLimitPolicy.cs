namespace Clew.Ingest.Sampling.Policies;

/// <summary>Of the traces that its part keeps, keeps so many a second: those of the largest randomness.</summary>
/// <param name="PerSecond">How many.</param>
/// <param name="Of">What is limited.</param>
public sealed record RateLimitPolicy(double PerSecond, SamplingPolicy Of) : SamplingPolicy
{
    /// <summary>The rate counts spans, not traces. A batch may go beyond it by one trace.</summary>
    public bool CountsSpans { get; init; }
}
