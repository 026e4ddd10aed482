namespace Clew.Ingest.Sampling.Policies;

/// <summary>Keeps what all of its parts keep: the largest threshold counts.</summary>
public sealed record AndPolicy(IReadOnlyList<SamplingPolicy> Policies) : SamplingPolicy;
