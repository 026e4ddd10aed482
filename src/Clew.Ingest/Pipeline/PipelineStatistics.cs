using Clew.Core.Measures;
using Clew.Ingest.Closing;

namespace Clew.Ingest.Pipeline;

/// <summary>What the pipeline holds and what it has done since it started.</summary>
public sealed record PipelineStatistics
{
    /// <summary>Spans of payloads that were acknowledged.</summary>
    public required long ReceivedSpans { get; init; }

    /// <summary>Of these, copies of spans that were in the head already.</summary>
    public required long DuplicateSpans { get; init; }

    /// <summary>Spans that came back from the journal at start.</summary>
    public required long RecoveredSpans { get; init; }

    /// <summary>Spans of open traces.</summary>
    public required long OpenSpans { get; init; }

    /// <summary>Traces, or parts of traces, that take spans.</summary>
    public required int OpenTraces { get; init; }

    /// <summary>Spans of closed traces that wait for the store.</summary>
    public required long WaitingSpans { get; init; }

    /// <summary>Spans handed to the store.</summary>
    public required long StoredSpans { get; init; }

    /// <summary>Traces closed before they were quiet, to free memory or the journal.</summary>
    public required long ClosedEarly { get; init; }

    /// <summary>Traces closed at a bound of age or size.</summary>
    public required long ClosedAtBound { get; init; }

    /// <summary>Parts opened for spans that came after their trace had closed.</summary>
    public required long LateParts { get; init; }

    /// <summary>Traces handed to the store, and what was odd about them.</summary>
    public required ClosedTraceStatistics Closed { get; init; }

    /// <summary>Payloads refused for want of room.</summary>
    public required long RefusedPayloads { get; init; }

    /// <summary>Bytes in use in the head.</summary>
    public required long HeadBytes { get; init; }

    /// <summary>Bytes the head has reserved from the system.</summary>
    public required long HeadAllocatedBytes { get; init; }

    /// <summary>Why no spans are accepted now, one of the problems; null where they are, as far as the pipeline is asked.</summary>
    public required string? Refusal { get; init; }

    /// <summary>What is wrong now or was found wrong at start, one sentence each; empty when all is well.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>How much is in use of what is bounded.</summary>
    public IReadOnlyList<BoundUse> Bounds { get; init; } = [];
}
