namespace Clew.Ingest.Intake;

/// <summary>What a reader found.</summary>
/// <param name="Error">Null, or why the whole payload is malformed; the batch is then empty.</param>
/// <param name="RejectedSpans">Spans left out one by one, for an invalid id or a bound.</param>
/// <param name="RejectionReason">Why, for the first of them; null where none was rejected.</param>
public readonly record struct PayloadReadResult(string? Error, int RejectedSpans, string? RejectionReason)
{
    /// <summary>True where the payload is well-formed.</summary>
    public bool IsValid => Error is null;
}
