namespace Clew.Ingest.Sampling;

/// <summary>The bounds of what sampling remembers. Immutable.</summary>
public sealed record SamplingOptions
{
    /// <summary>Directory of the decisions and of what the API set, absolute.</summary>
    public required string Directory { get; init; }

    /// <summary>Traces whose decision is remembered, so that late spans follow it. About 24 bytes each.</summary>
    public int DecisionTraces { get; init; } = 400_000;

    /// <summary>How long a decision is remembered, about.</summary>
    public TimeSpan DecisionAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Dropped spans that are recognised when a sender repeats them, beside those the journal still may replay. About 24 bytes each.
    /// </summary>
    public int DroppedSpans { get; init; } = 500_000;
}
