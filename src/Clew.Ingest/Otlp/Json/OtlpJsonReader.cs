using System.Text.Json;
using System.Text.Unicode;
using Clew.Core.Columns;
using Clew.Ingest.Intake;
using Clew.Ingest.Otlp.Receiving;

namespace Clew.Ingest.Otlp.Json;

/// <summary>
/// Reads <c>ExportTraceServiceRequest</c> in OTLP's JSON mapping, forward only, into the same columns as the protobuf reader.
/// </summary>
/// <remarks>
/// Fields come in any order, unknown ones are ignored, null is absent, of a name seen twice the last counts. Malformed: what is no JSON or
/// no UTF-8, half surrogate pairs, a field of another JSON type, numbers out of range, a document nested deeper than the model asks for.
/// Invalid ids and bounds are treated as by the protobuf reader. Thread-safe.
/// </remarks>
public sealed class OtlpJsonReader(OtlpOptions options) : IPayloadReader
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <inheritdoc/>
    public PayloadFormat Format => PayloadFormat.OtlpTracesJson;

    /// <inheritdoc/>
    public PayloadReadResult Read(ArraySegment<byte> payload, SpanBatch batch) => Read(payload, batch, null);

    /// <summary>Reads within a budget: where the columns outgrow it, the result is an error and the budget knows more.</summary>
    internal PayloadReadResult Read(ArraySegment<byte> payload, SpanBatch batch, RowBudget? budget)
    {
        batch.Clear(payload.Array);
        int offset = payload.Offset;
        ReadOnlySpan<byte> document = payload;
        if (document.StartsWith(ByteOrderMark))
        {
            document = document[ByteOrderMark.Length..];
            offset += ByteOrderMark.Length;
        }
        string error = OtlpErrors.InvalidUtf8;
        var scratch = NestedScratch.OfThread;
        if (Utf8.IsValid(document))
        {
            try
            {
                var json = new Utf8JsonReader(document, OtlpJson.ReaderOptions(options));
                var walk = new JsonTraceWalk(document, offset, batch, scratch, options, budget);
                walk.Read(ref json);
                scratch.Trim();
                return walk.Outcome.ToResult();
            }
            catch (JsonException e)
            {
                error = OtlpErrors.MalformedJson + e.Message;
            }
        }
        scratch.Trim();
        batch.Clear();
        return new PayloadReadResult(error, 0, null);
    }
}
