using Clew.Ingest.Sampling.Policies;

namespace Clew.Ingest.Sampling;

/// <summary>What is sampled. Immutable; replaced as a whole while the server runs.</summary>
public sealed record SamplingConfig
{
    /// <summary>Nothing is dropped.</summary>
    public static SamplingConfig KeepAll { get; } = new();

    public SamplingPolicy Policy { get; init; } = SamplingPolicy.KeepAll;

    /// <summary>
    /// Whether traces are kept because a kept one links to them, or they to it: as far as the other is in the same batch or still
    /// remembered.
    /// </summary>
    public bool KeepLinked { get; init; }

    /// <summary>True where everything is kept whatever it is.</summary>
    public bool KeepsAll => Policy is AlwaysPolicy;
}
