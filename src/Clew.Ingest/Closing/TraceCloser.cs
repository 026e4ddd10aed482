using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Closing;

/// <summary>
/// Turns the spans of a complete trace into what the store takes: in preorder, each span once, with what is derived from the tree.
/// Depends on the spans alone.
/// </summary>
/// <remarks>
/// Bound to its destination and reused; steady closing allocates nothing. Bounded by the traces it is given. Belongs to one thread at a time.
/// </remarks>
public sealed class TraceCloser
{
    private readonly SpanTreeBuilder trees = new();
    private readonly SpanBatchCopier copier;
    private SpanBatch source = new();

    public TraceCloser() => copier = new SpanBatchCopier(Destination.Spans);

    /// <summary>What was closed since <see cref="Clear"/>. Owned by the closer.</summary>
    public TraceBatch Destination { get; } = new();

    /// <summary>Starts a new batch; the one before must no longer be in use.</summary>
    public void Clear()
    {
        Destination.Clear();
        copier.Forget();
    }

    /// <summary>Names the batch that the next traces lie in. Its content must not change until the last of them is closed.</summary>
    public void Begin(SpanBatch spans)
    {
        source = spans;
        copier.Begin(spans);
    }

    /// <summary>Closes one trace (or a part of one).</summary>
    /// <param name="traceId">The trace.</param>
    /// <param name="rows">Its spans, rows of the batch, in any order, duplicates included.</param>
    /// <param name="flags">What is known of it; that it has no root is found out here.</param>
    public void Close(TraceId traceId, ReadOnlySpan<int> rows, TraceFlags flags)
    {
        var tree = trees.Build(source, rows);
        var to = Destination.Spans;
        int start = to.Count;
        to.Spans.EnsureCapacity(start + tree.Count);
        if (Destination.SelfTimes.Length < to.Spans.Capacity)
        {
            Array.Resize(ref Destination.SelfTimes, to.Spans.Capacity);
        }
        for (int i = 0; i < tree.Count; i++)
        {
            int row = copier.Copy(tree.Rows[i]);
            Destination.SelfTimes[row] = tree.SelfTimes[i];
        }
        var closed = (flags & ~(TraceFlags.Open | TraceFlags.WithoutRoot)) | (tree.Root < 0 ? TraceFlags.WithoutRoot : 0);
        Destination.Traces.Add(traceId, new RowRange(start, tree.Count), closed);
    }
}
