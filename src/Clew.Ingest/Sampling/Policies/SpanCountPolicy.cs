namespace Clew.Ingest.Sampling.Policies;

/// <summary>Keeps traces of so many spans.</summary>
public sealed record SpanCountPolicy(int Min = 0, int Max = int.MaxValue) : SamplingPolicy;
