using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Analysis.SpanTrees;

/// <summary>When the spans of a tree ran, and which of them their parents wait for, as columns in the tree's preorder.</summary>
/// <remarks>
/// A parent does not wait for a consumer, nor a producer for what it leads to, in another service; nor a producer for a consumer at all.
/// Of each column the first <see cref="Count"/> entries mean something. Bounded by the largest trace. Belongs to one thread at a time.
/// </remarks>
public sealed class Timeline
{
    /// <summary>Number of spans.</summary>
    public int Count { get; private set; }

    /// <summary>Unix nanoseconds, corrected where clocks were.</summary>
    public ulong[] Starts = [];

    /// <summary>Unix nanoseconds, corrected where clocks were; never before the start.</summary>
    public ulong[] Ends = [];

    /// <summary>True where the parent waits for the span. Nobody waits for what has no parent, nor does it matter.</summary>
    public bool[] Waits = [];

    /// <summary>Takes the times of a tree as they were sent, and notes in the tree which spans lie outside their parents.</summary>
    /// <returns>True where some do.</returns>
    public bool Read(SpanBatch batch, SpanTree tree)
    {
        bool anyOutside = false;
        Count = tree.Count;
        if (Starts.Length < Count)
        {
            int capacity = Math.Max(Count, Starts.Length * 2);
            Starts = new ulong[capacity];
            Ends = new ulong[capacity];
            Waits = new bool[capacity];
        }
        var s = batch.Spans;
        for (int i = 0; i < Count; i++)
        {
            int row = tree.Rows[i];
            ulong start = s.StartTimes[row];
            Starts[i] = start;
            Ends[i] = Math.Max(start, s.EndTimes[row]);
            int parent = tree.ParentRows[i];
            Waits[i] = parent >= 0 && IsWaitedFor(batch, row, tree.Rows[parent]);
            if (parent >= 0 && IsOutside(i, parent))
            {
                tree.Notes[i] |= SpanNotes.OutsideParent;
                anyOutside = true;
            }
        }
        tree.TraceNotes |= anyOutside ? TreeNotes.ChildrenOutside : TreeNotes.None;
        return anyOutside;
    }

    /// <summary>Moves spans, and notes in the tree which were moved, and which lie outside their parents now.</summary>
    /// <param name="tree">The tree that was read.</param>
    /// <param name="shifts">Nanoseconds to add, by preorder index.</param>
    public void Shift(SpanTree tree, ReadOnlySpan<long> shifts)
    {
        bool anyOutside = false;
        for (int i = 0; i < Count; i++)
        {
            tree.Notes[i] &= ~SpanNotes.OutsideParent;
            if (shifts[i] != 0)
            {
                tree.Notes[i] |= SpanNotes.ClockCorrected;
                Starts[i] = Moved(Starts[i], shifts[i]);
                Ends[i] = Moved(Ends[i], shifts[i]);
            }
            int parent = tree.ParentRows[i];
            if (parent >= 0 && IsOutside(i, parent))
            {
                tree.Notes[i] |= SpanNotes.OutsideParent;
                anyOutside = true;
            }
        }
        tree.TraceNotes = (tree.TraceNotes & ~TreeNotes.ChildrenOutside) | TreeNotes.ClocksCorrected
            | (anyOutside ? TreeNotes.ChildrenOutside : TreeNotes.None);
    }

    /// <summary>True where a span begins before its parent, or ends after it although that waits for it.</summary>
    public bool IsOutside(int span, int parent) =>
        Waits[span] ? Starts[span] < Starts[parent] || Ends[span] > Ends[parent] : Starts[span] < Starts[parent];

    private static ulong Moved(ulong time, long by)
    {
        ulong moved = time + (ulong)by;
        return by < 0 ? moved > time ? 0 : moved : moved < time ? ulong.MaxValue : moved;
    }

    private static bool IsWaitedFor(SpanBatch batch, int span, int parent)
    {
        bool consumes = batch.Spans.Kinds[span] == SpanKind.Consumer;
        bool produced = batch.Spans.Kinds[parent] == SpanKind.Producer;
        return !(consumes || produced) || (!(consumes && produced) && batch.ServiceName(span) == batch.ServiceName(parent));
    }
}
