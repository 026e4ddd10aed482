using Clew.Core.Columns;

namespace Clew.Analysis.SpanTrees;

/// <summary>
/// The tree of one trace as columns in preorder: parents before children, siblings by start time, then span id, then kind, then
/// content. It depends on the set of spans alone, never on the order they came in.
/// </summary>
/// <remarks>
/// Identical copies of a span appear once. Of each column the first <see cref="Count"/> entries mean something; a tree that is built
/// anew through a <see cref="SpanTreeBuilder"/> reuses them. Bounded by the trace. Belongs to one thread at a time.
/// </remarks>
public sealed class SpanTree
{
    /// <summary>Number of distinct spans.</summary>
    public int Count { get; internal set; }

    /// <summary>Preorder index → row of the batch the tree was built over.</summary>
    public int[] Rows = [];

    /// <summary>Preorder index of the parent, −1 at the top level.</summary>
    public int[] ParentRows = [];

    /// <summary>Number of spans in the subtree, the span itself included.</summary>
    public int[] SubtreeSizes = [];

    /// <summary>0 at the top level.</summary>
    public int[] Depths = [];

    /// <summary>Nanoseconds of the span that no child covers; children are clipped to the span.</summary>
    public ulong[] SelfTimes = [];

    public SpanNotes[] Notes = [];

    /// <summary>What is to be said of the trace as a whole.</summary>
    public TreeNotes TraceNotes { get; internal set; }

    /// <summary>Preorder index of the earliest span without a parent id, −1 where there is none.</summary>
    public int Root { get; internal set; } = -1;

    /// <summary>Smallest start of all spans, Unix nanoseconds; 0 for an empty trace.</summary>
    public ulong StartTime { get; internal set; }

    /// <summary>Largest end of all spans, Unix nanoseconds, never below <see cref="StartTime"/>.</summary>
    public ulong EndTime { get; internal set; }

    /// <summary>Builds the tree of a batch that holds one trace, in any order, duplicates included.</summary>
    public static SpanTree Build(SpanBatch trace) => new SpanTreeBuilder().Build(trace);

    /// <summary>Says that the spans lie in preorder now, from that row on.</summary>
    public void MoveTo(int start)
    {
        for (int i = 0; i < Count; i++)
        {
            Rows[i] = start + i;
        }
    }

    internal void EnsureCapacity(int count)
    {
        if (Rows.Length >= count)
        {
            return;
        }
        int capacity = Math.Max(count, Math.Max(16, Rows.Length * 2));
        Rows = new int[capacity];
        ParentRows = new int[capacity];
        SubtreeSizes = new int[capacity];
        Depths = new int[capacity];
        SelfTimes = new ulong[capacity];
        Notes = new SpanNotes[capacity];
    }
}
