using System.Buffers.Binary;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Ingest.Intake;

namespace Clew.Ingest.Tests.Pipeline;

/// <summary>Payloads whose bytes are but the number of a batch kept here; reads them back as a real reader would.</summary>
internal sealed class PayloadCorpus : IPayloadReader
{
    private readonly List<SpanBatch> batches = [];

    public PayloadFormat Format => PayloadFormat.OtlpTracesProtobuf;

    public IngestPayload Add(SpanBatch spans, Tenant? tenant = null)
    {
        lock (batches)
        {
            batches.Add(spans);
            byte[] bytes = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, batches.Count - 1);
            return new IngestPayload(tenant ?? Tenant.Default, Format, bytes);
        }
    }

    public PayloadReadResult Read(ArraySegment<byte> payload, SpanBatch batch)
    {
        SpanBatch from;
        lock (batches)
        {
            from = batches[BinaryPrimitives.ReadInt32LittleEndian(payload)];
        }
        batch.Clear();
        var copier = new SpanBatchCopier(batch);
        copier.Begin(from);
        for (int i = 0; i < from.Count; i++)
        {
            copier.Copy(i);
        }
        return default;
    }
}
