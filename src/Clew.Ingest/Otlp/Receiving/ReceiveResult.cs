namespace Clew.Ingest.Otlp.Receiving;

/// <summary>What became of a payload.</summary>
internal enum ReceiveOutcome
{
    /// <summary>Kept, all or in part.</summary>
    Accepted,
    Malformed,

    /// <summary>Over a bound; must not be sent again.</summary>
    TooLarge,
    Overloaded,

    /// <summary>More than the configured spans a second.</summary>
    OverTheCap,
    Unavailable,
}

/// <summary>What to answer.</summary>
/// <param name="Outcome">Which status.</param>
/// <param name="Rejected">Spans or other records left out, for <c>partial_success</c>.</param>
/// <param name="Message">Why, or a warning; null where there is nothing to say.</param>
internal readonly record struct ReceiveResult(ReceiveOutcome Outcome, long Rejected, string? Message)
{
    /// <summary>Over the cap: how long the sender should wait.</summary>
    public TimeSpan RetryAfter { get; init; }
}
