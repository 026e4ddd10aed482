namespace Clew.Ingest.Sampling.Policies;

/// <summary>Keeps this share of the traces, 0 to 1: the same ones at every stage that samples by the same randomness.</summary>
public sealed record ProbabilityPolicy(double Share) : SamplingPolicy;
