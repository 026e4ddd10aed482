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
    private readonly TraceDeriver deriver = new();
    private SpanBatch? shared;
    private SpanTree? arranged;
    private int start;
    private int expected;
    private bool hasRoom;

    public TraceCloser() => Copier = new SpanBatchCopier(Destination.Spans);

    /// <summary>What was closed since <see cref="Clear"/>. Owned by the closer.</summary>
    public TraceBatch Destination { get; } = new();

    /// <summary>Takes the spans of the trace that is to be closed next: in any order, duplicates included.</summary>
    public SpanBatchCopier Copier { get; }

    /// <summary>Starts a new batch; the one before must no longer be in use.</summary>
    public void Clear()
    {
        Destination.Clear();
        Copier.Forget();
        shared = null;
        start = 0;
        BeginTrace();
    }

    /// <summary>
    /// Lets the batch that was just cleared share a dictionary (<see cref="StringTable.Share"/>): spans that come from there keep their
    /// string ids. It must not be reset before the next <see cref="Clear"/>; while spans of other batches are copied, the caller holds the
    /// lock that guards it.
    /// </summary>
    public void Share(SpanBatch source)
    {
        Destination.Spans.Strings.Share(source.Strings);
        shared = source;
    }

    /// <summary>True where spans of that batch keep their string ids.</summary>
    public bool Shares(SpanBatch source) => ReferenceEquals(shared, source);

    /// <summary>
    /// Says about how many spans the batch will have, so that its columns are made as long as they need to be: growing by doubling would
    /// leave nearly half of them empty, and as much again to be collected.
    /// </summary>
    public void Expect(int spans)
    {
        Destination.Spans.Spans.Reserve(spans);
        expected = spans;
        hasRoom = false;
    }

    /// <summary>Names the batch that the copier takes spans from next.</summary>
    public void Begin(SpanBatch source)
    {
        if (Shares(source))
        {
            Copier.BeginShared(source);
        }
        else
        {
            Copier.Begin(source);
        }
    }

    /// <summary>
    /// Ids, kinds, parents and times of the spans of the trace that is to be closed next, in any order. For <see cref="TryArrange"/>; emptied
    /// by the close. Nothing else is looked at, nor may be set.
    /// </summary>
    public SpanBatch Outline { get; } = new();

    /// <summary>
    /// Finds the order in which the copier has to take the spans of the outline. False where some have the same id and kind: what is one
    /// span then shows in the rest of their content only, so that the copier must take all of them before <see cref="Close"/>.
    /// </summary>
    /// <param name="order">Rows of the outline; valid until the close.</param>
    public bool TryArrange(out ReadOnlySpan<int> order)
    {
        arranged = trees.Build(Outline);
        order = arranged.Rows.AsSpan(0, arranged.Count);
        if (arranged.Count == Outline.Count && !arranged.TraceNotes.HasFlag(TreeNotes.ConflictingDuplicates))
        {
            return true;
        }
        arranged = null;
        return false;
    }

    /// <summary>Closes one trace (or a part of one): all spans that the copier took since the last close. Without any nothing happens.</summary>
    /// <param name="traceId">The trace.</param>
    /// <param name="flags">What is known of it; what follows from its spans is found out here.</param>
    public void Close(TraceId traceId, TraceFlags flags)
    {
        var spans = Destination.Spans.Spans;
        if (spans.Count == start)
        {
            BeginTrace();
            return;
        }
        if (arranged is { } tree)
        {
            deriver.CloseArranged(Destination, start, tree, traceId, flags);
        }
        else
        {
            deriver.Close(Destination, start, traceId, flags);
        }
        start = spans.Count;
        BeginTrace();
        if (!hasRoom && spans.Count >= expected / 8)
        {
            MakeRoom(Destination.Spans.Attributes);
        }
    }

    // What an eighth of the spans have of them tells how many all will have, and a bit.
    private void MakeRoom(AttributeTable attributes)
    {
        hasRoom = true;
        long estimate = (long)attributes.Count * expected / Math.Max(1, start);
        if (estimate + (estimate / 64) > attributes.Capacity)
        {
            attributes.Reserve((int)Math.Min(estimate + (estimate / 16), Array.MaxLength));
        }
    }

    private void BeginTrace()
    {
        Outline.Spans.Clear();
        arranged = null;
    }
}
