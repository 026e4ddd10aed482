namespace Clew.Ingest.Sampling.Policies;

/// <summary>Keeps traces with a span of one of these services.</summary>
public sealed record ServicePolicy(IReadOnlyList<string> Services) : SamplingPolicy
{
    /// <summary>Only the service of the root counts.</summary>
    public bool RootOnly { get; init; }
}
