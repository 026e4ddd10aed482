namespace Clew.Ingest.Sampling.Policies;

/// <summary>Keeps traces that take so long, from the start of the first span to the end of the last. Both ends belong to it.</summary>
public sealed record LatencyPolicy(TimeSpan AtLeast, TimeSpan? AtMost = null) : SamplingPolicy;
