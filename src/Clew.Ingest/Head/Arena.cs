using Clew.Core.Columns;

namespace Clew.Ingest.Head;

/// <summary>The spans of a shard, with what is needed to add to them. Swapped whole when dead rows are reclaimed.</summary>
/// <remarks>Bounded by the head's budget. Guarded by the lock of the shard that holds it.</remarks>
internal sealed class Arena
{
    public Arena() => Copier = new SpanBatchCopier(Batch);

    public SpanBatch Batch { get; } = new();

    public SpanBatchCopier Copier { get; }

    public RowIndex Rows { get; } = new();

    public long UsedBytes => Batch.UsedBytes + ((long)RowIndex.RowBytes * Batch.Count);

    public long AllocatedBytes => Batch.AllocatedBytes + ((long)RowIndex.RowBytes * Batch.Spans.Capacity);

    /// <summary>Forgets everything and keeps the memory.</summary>
    public void Clear()
    {
        Batch.Clear();
        Copier.Forget();
        Rows.Clear();
    }
}
