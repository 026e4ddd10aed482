using Clew.Core.Columns;

namespace Clew.Ingest.Intake;

/// <summary>Reads payloads of one format into columns; used by the receiver and again by the journal's replay.</summary>
public interface IPayloadReader
{
    /// <summary>The format it reads.</summary>
    PayloadFormat Format { get; }

    /// <summary>
    /// Clears the batch and fills it with the payload's valid spans. Strings of the batch may refer to <paramref name="payload"/>.
    /// Deterministic: the same bytes give the same batch, so replay gives what was accepted.
    /// </summary>
    PayloadReadResult Read(ArraySegment<byte> payload, SpanBatch batch);
}
