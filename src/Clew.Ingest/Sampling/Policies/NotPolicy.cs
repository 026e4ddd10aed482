namespace Clew.Ingest.Sampling.Policies;

/// <summary>
/// Keeps what a condition does not keep. The condition holds no share and no rate: the rest of a share has no threshold.
/// </summary>
public sealed record NotPolicy(SamplingPolicy Policy) : SamplingPolicy;
