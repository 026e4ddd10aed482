using Clew.Core.Columns;
using Clew.Ingest.Intake;
using Clew.Ingest.Otlp.Receiving;

namespace Clew.Ingest.Otlp.Protobuf;

/// <summary>
/// Reads <c>ExportTraceServiceRequest</c> messages: one walk over the wire bytes into columns, strings referred to, nothing copied and,
/// once the batch has its size, nothing allocated.
/// </summary>
/// <remarks>
/// Follows proto3: unknown fields of every wire type and known fields of another wire type are skipped, fields come in any order, a scalar
/// seen twice is the last one, a message seen twice is merged, text that is not UTF-8 makes the payload malformed. An unknown span kind is
/// read as unspecified, an unknown status code as unset. A span with an invalid id is rejected on its own; a link with an invalid id is
/// counted as dropped; a parent id of a wrong length is left out and said in the result. Thread-safe.
/// </remarks>
public sealed class OtlpProtobufReader(OtlpOptions options) : IPayloadReader
{
    /// <inheritdoc/>
    public PayloadFormat Format => PayloadFormat.OtlpTracesProtobuf;

    /// <inheritdoc/>
    public PayloadReadResult Read(ArraySegment<byte> payload, SpanBatch batch) => Read(payload, batch, null);

    /// <summary>Reads within a budget: where the columns outgrow it, the result is an error and the budget knows more.</summary>
    internal PayloadReadResult Read(ArraySegment<byte> payload, SpanBatch batch, RowBudget? budget)
    {
        byte[] array = payload.Array ?? [];
        batch.Clear(array);
        var scratch = NestedScratch.OfThread;
        Span<KnownAttribute> known = stackalloc KnownAttribute[KnownAttribute.Most];
        Span<byte> places = stackalloc byte[256];
        known.Clear();
        places.Clear();
        var walk = new TraceWalk(array, batch, scratch, options, known, places, budget);
        string? error = walk.Read(payload.Offset, payload.Offset + payload.Count);
        scratch.Trim();
        if (error is not null)
        {
            batch.Clear();
            return new PayloadReadResult(error, 0, null);
        }
        return walk.Outcome.ToResult();
    }
}
