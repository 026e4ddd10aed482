namespace Clew.Ingest.Sampling;

/// <summary>What sampling has done since the server started, and holds. Spans are counted from when a policy is in force that drops any.</summary>
public sealed record SamplingStatistics
{
    /// <summary>Parts of traces that were kept and dropped.</summary>
    public required long KeptTraces { get; init; }

    public required long DroppedTraces { get; init; }

    public required long KeptSpans { get; init; }

    public required long DroppedSpans { get; init; }

    /// <summary>Parts that followed an earlier decision about their trace.</summary>
    public required long FollowedTraces { get; init; }

    /// <summary>Decisions remembered, and their bound.</summary>
    public required int Decisions { get; init; }

    public required int MaxDecisions { get; init; }

    /// <summary>Dropped spans remembered, and their bound, past which only those are that the journal still holds.</summary>
    public required int RememberedDroppedSpans { get; init; }

    public required int MaxDroppedSpans { get; init; }

    /// <summary>Bytes of the log of decisions.</summary>
    public required long LogBytes { get; init; }

    /// <summary>How well what was kept stands for everything, by service, the largest first.</summary>
    public required IReadOnlyList<SamplingAccuracy> Accuracy { get; init; }

    /// <summary>What is wrong, one sentence each.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
