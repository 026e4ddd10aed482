using System.Collections.Concurrent;
using Clew.Core.Columns;
using Clew.Core.Measures;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>Batches that wait for the next payload with their memory. Holds at most sixteen, none that a huge payload has blown up.</summary>
internal sealed class SpanBatchPool
{
    private const int MaxBatches = 16;
    private const int MaxRows = 200_000;
    private const long MaxStringBytes = 4 * 1024 * 1024;

    private readonly ConcurrentQueue<SpanBatch> batches = new();

    public BoundUse Use => new("batch_pool", BoundUnit.Items, batches.Count, MaxBatches);

    public SpanBatch Rent() => batches.TryDequeue(out var batch) ? batch : new SpanBatch();

    public void Return(SpanBatch batch)
    {
        if (batches.Count < MaxBatches
            && batch.Attributes.Capacity <= MaxRows
            && batch.Events.Capacity + batch.Links.Capacity + batch.Spans.Capacity <= MaxRows
            && batch.Strings.AllocatedBytes <= MaxStringBytes)
        {
            batch.Clear();
            batches.Enqueue(batch);
        }
    }
}
