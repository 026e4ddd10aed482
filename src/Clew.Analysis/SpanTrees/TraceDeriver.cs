using Clew.Analysis.Shapes;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Analysis.SpanTrees;

/// <summary>
/// Makes a closed trace of spans: arranges them, and derives what is stored with them. Depends on the spans alone, neither on their order
/// nor on the parts they came in: whoever brings parts together derives the same.
/// </summary>
/// <remarks>
/// 1. Clocks, self times, critical path. 2. They become columns. 3. Shape. 4. Counts and flags. O(n log n); steady use allocates nothing.
/// Bounded by the largest trace. Belongs to one thread at a time.
/// </remarks>
public sealed class TraceDeriver
{
    private readonly SpanTreeBuilder trees = new();
    private readonly TraceAnalyzer analyzer = new();
    private readonly ShapeHasher shapes = new();
    private readonly DistinctHashes services = new(); // of one trace
    private TraceBatch? known;
    private int generation;

    /// <summary>
    /// Closes the trace whose spans are the batch's last, from that row on, in any order, copies included: they are arranged, copies dropped,
    /// derived values set, and its row added to the table of traces.
    /// </summary>
    /// <param name="batch">Where the spans lie.</param>
    /// <param name="start">The first of them; there is at least one.</param>
    /// <param name="traceId">The trace.</param>
    /// <param name="flags">What is known of it; flags that are derived are found anew.</param>
    public void Close(TraceBatch batch, int start, TraceId traceId, TraceFlags flags)
    {
        var tree = trees.Build(batch.Spans, new RowRange(start, batch.Spans.Count - start));
        batch.Spans.Spans.Arrange(start, tree.Rows.AsSpan(0, tree.Count));
        CloseArranged(batch, start, tree, traceId, flags);
    }

    /// <summary>As <see cref="Close"/>, for spans that lie as the tree has them.</summary>
    public void CloseArranged(TraceBatch batch, int start, SpanTree tree, TraceId traceId, TraceFlags flags)
    {
        if (known != batch || generation != batch.Generation)
        {
            shapes.Forget();
            (known, generation) = (batch, batch.Generation);
        }
        tree.MoveTo(start);
        // 1
        analyzer.Analyze(batch.Spans, tree);
        // 2
        batch.ReserveDerivedValues();
        tree.SelfTimes.AsSpan(0, tree.Count).CopyTo(batch.SelfTimes.AsSpan(start));
        analyzer.Path.Times.CopyTo(batch.CriticalTimes.AsSpan(start));
        // 3
        ulong shape = shapes.Hash(batch.Spans, tree);
        // 4
        int row = batch.Traces.Add(traceId, new RowRange(start, tree.Count), (flags & ~(TraceFlags.Derived | TraceFlags.Open)) | FlagsOf(tree));
        batch.Traces.ShapeHashes[row] = shape;
        if (tree.Root >= 0)
        {
            batch.Traces.RootServices[row] = batch.Spans.ServiceName(start + tree.Root);
            batch.Traces.RootNames[row] = batch.Spans.Spans.Names[start + tree.Root];
        }
        Count(batch, row, start, start + tree.Count);
    }

    private void Count(TraceBatch batch, int row, int start, int end)
    {
        services.Clear();
        int errors = 0;
        int distinct = 0;
        int last = -1;
        for (int span = start; span < end; span++)
        {
            errors += batch.Spans.Spans.StatusCodes[span] == StatusCode.Error ? 1 : 0;
            int service = batch.Spans.ServiceName(span);
            if (service != last)
            {
                distinct += services.Add(((ulong)service + 1) * 0x9E3779B97F4A7C15UL) ? 1 : 0;
                last = service;
            }
        }
        batch.Traces.ErrorCounts[row] = errors;
        batch.Traces.ServiceCounts[row] = distinct;
    }

    private static TraceFlags FlagsOf(SpanTree tree)
    {
        var notes = tree.TraceNotes;
        return Flag(TreeNotes.WithoutRoot, TraceFlags.WithoutRoot)
            | Flag(TreeNotes.SeveralRoots, TraceFlags.SeveralRoots)
            | Flag(TreeNotes.MissingParents, TraceFlags.MissingParents)
            | Flag(TreeNotes.CyclesBroken, TraceFlags.CyclesBroken)
            | Flag(TreeNotes.ConflictingDuplicates, TraceFlags.ConflictingDuplicates)
            | Flag(TreeNotes.SharedSpanIds, TraceFlags.SharedSpanIds)
            | Flag(TreeNotes.NegativeDurations, TraceFlags.NegativeDurations)
            | Flag(TreeNotes.ChildrenOutside, TraceFlags.ChildrenOutside)
            | Flag(TreeNotes.ClocksCorrected, TraceFlags.ClocksCorrected);

        TraceFlags Flag(TreeNotes note, TraceFlags flag) => (notes & note) != 0 ? flag : TraceFlags.None;
    }
}
