using Clew.Core.Columns;

namespace Clew.Ingest.Intake;

/// <summary>Where receivers hand over what they have checked.</summary>
public interface ISpanIntake
{
    /// <summary>
    /// Journals the payload and puts its spans into the head. When it answers <see cref="IntakeOutcome.Accepted"/> the payload is on
    /// disk and its spans can be found; with any other answer nothing was kept and the sender should try again.
    /// </summary>
    /// <param name="payload">The payload; the receiver keeps its buffer unchanged until this returns.</param>
    /// <param name="spans">The spans of the payload, as read by the receiver; it may be reused when this returns.</param>
    /// <param name="cancellationToken">
    /// Ends the wait, not the write: a payload that is already on its way to the disk is kept, as if the answer had been lost.
    /// </param>
    ValueTask<IntakeOutcome> AcceptAsync(IngestPayload payload, SpanBatch spans, CancellationToken cancellationToken);
}
