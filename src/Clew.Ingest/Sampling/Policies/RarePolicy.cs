namespace Clew.Ingest.Sampling.Policies;

/// <summary>Keeps traces of a shape (which operations call which) that was seen fewer than so many times of late.</summary>
public sealed record RarePolicy(int SeenLessThan = 10) : SamplingPolicy;
