namespace Clew.Ingest.Sampling.Policies;

/// <summary>Of the traces that its part keeps, keeps so many a second: those of the largest randomness.</summary>
public sealed record RateLimitPolicy(double TracesPerSecond, SamplingPolicy Of) : SamplingPolicy;
