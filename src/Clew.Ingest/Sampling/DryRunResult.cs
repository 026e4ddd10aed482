namespace Clew.Ingest.Sampling;

/// <summary>What a policy would have kept of what is stored.</summary>
public sealed record DryRunResult
{
    public required long Traces { get; init; }

    public required long KeptTraces { get; init; }

    public required long Spans { get; init; }

    public required long KeptSpans { get; init; }

    /// <summary>What a span takes in the store on average.</summary>
    public required double BytesPerSpan { get; init; }

    /// <summary>False where the bound or the time was reached, or something cannot be read: the figures are of a part.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>When the oldest and the newest trace that was looked at began, Unix nanoseconds; 0 where there was none.</summary>
    public required ulong From { get; init; }

    public required ulong To { get; init; }

    /// <summary>By service, the largest first.</summary>
    public required IReadOnlyList<DryRunService> Services { get; init; }
}
