namespace Clew.Ingest.Sampling.Policies;

/// <summary>Keeps every trace.</summary>
public sealed record AlwaysPolicy : SamplingPolicy;
