namespace Clew.Ingest.Sampling.Policies;

/// <summary>Keeps traces of these tenants.</summary>
public sealed record TenantPolicy(IReadOnlyList<string> Tenants) : SamplingPolicy;
