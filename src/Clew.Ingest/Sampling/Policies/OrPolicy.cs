namespace Clew.Ingest.Sampling.Policies;

/// <summary>Keeps what any of its parts keeps: the smallest threshold counts.</summary>
public sealed record OrPolicy(IReadOnlyList<SamplingPolicy> Policies) : SamplingPolicy;
