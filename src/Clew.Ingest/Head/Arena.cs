using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>The spans of a shard, with what is needed to add to them. Swapped whole when dead rows are reclaimed.</summary>
/// <remarks>
/// Spans are packed (<see cref="PackedSpans"/>). <see cref="Batch"/> holds their dictionary, resources and scopes, and is the window through
/// which they are looked at: <see cref="Show"/> unpacks one into it. Bounded by the head's budget. Guarded by the lock of the shard that
/// holds it.
/// </remarks>
internal sealed class Arena
{
    private int sharedAttributes;

    public Arena()
    {
        Copier = new SpanBatchCopier(Batch);
        Spans = new PackedSpans(Shapes);
        LargeParts = new LargePartIndex(Spans);
    }

    /// <summary>Dictionary, resources and scopes of all spans; of the spans themselves those that are shown.</summary>
    public SpanBatch Batch { get; } = new();

    public PackedSpans Spans { get; }

    public LargePartIndex LargeParts { get; }

    public long UsedBytes => Spans.UsedBytes + Batch.UsedBytes + Shapes.UsedBytes + LargeParts.UsedBytes;

    public long AllocatedBytes => Spans.AllocatedBytes + Batch.AllocatedBytes + Shapes.AllocatedBytes + LargeParts.AllocatedBytes;

    private AttributeShapes Shapes { get; } = new();

    private SpanBatchCopier Copier { get; }

    /// <summary>Names the batch that spans are added from next. Nothing may be shown.</summary>
    public void Begin(SpanBatch source)
    {
        Copier.Begin(source);
        Spans.Begin();
    }

    /// <summary>Adds a span of the batch begun with. Nothing may be shown.</summary>
    public int Add(SpanBatch source, int span, int part) => Spans.Add(source, span, part, new CopierIds(Copier));

    /// <summary>Unpacks a span into the batch. Returns its row there, which is valid until <see cref="Hide"/>.</summary>
    public int Show(int row, TraceId traceId)
    {
        if (Batch.Spans.Count == 0)
        {
            sharedAttributes = Batch.Attributes.Count;
        }
        return Spans.Unpack(row, traceId, Batch, default(SameIds));
    }

    /// <summary>Takes out of the batch what was shown.</summary>
    public void Hide()
    {
        Batch.Spans.Clear();
        Batch.Events.Clear();
        Batch.Links.Clear();
        Batch.Attributes.Truncate(sharedAttributes);
    }

    /// <summary>Copies a span into the copier's batch; the copier was begun with <see cref="Batch"/>.</summary>
    public void Copy(int row, TraceId traceId, SpanBatchCopier copier) =>
        Spans.Unpack(row, traceId, copier.Destination, new CopierIds(copier));

    /// <summary>Forgets everything and keeps the memory.</summary>
    public void Clear()
    {
        Batch.Clear();
        Copier.Forget();
        Spans.Clear();
        Shapes.Clear();
        LargeParts.Clear();
    }
}
