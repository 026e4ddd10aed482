namespace Clew.Ingest.Sampling.Policies;

/// <summary>Keeps traces with a span whose trace state has a member of this key with one of these values.</summary>
public sealed record TraceStatePolicy(string Key, IReadOnlyList<string> Values) : SamplingPolicy;
