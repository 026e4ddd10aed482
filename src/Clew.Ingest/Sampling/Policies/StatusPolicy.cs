using Clew.Core.Model;

namespace Clew.Ingest.Sampling.Policies;

/// <summary>Keeps traces with a span of one of these statuses.</summary>
public sealed record StatusPolicy(IReadOnlyList<StatusCode> Codes) : SamplingPolicy
{
    /// <summary>Keeps traces with an error.</summary>
    public static StatusPolicy Errors { get; } = new([StatusCode.Error]);
}
