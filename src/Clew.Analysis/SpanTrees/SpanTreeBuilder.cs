using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Analysis.SpanTrees;

/// <summary>Builds span trees and keeps its buffers from one to the next, so that steady building allocates nothing.</summary>
/// <remarks>
/// <para>Most traces are small and sound, and <see cref="SmallTreeBuilder"/> sees to them. For the others, O(n log n), without recursion (a
/// chain of 100,000 spans is an ordinary input):</para>
/// <list type="number">
/// <item>Sort by id, kind and content; drop identical copies, note conflicting ones.</item>
/// <item>Find each span's parent (<see cref="ParentFinder"/>) and cut cycles.</item>
/// <item>Lay out children per parent, by start time.</item>
/// <item>Walk in preorder; sizes and depths fall out.</item>
/// <item>Self times: what the union of the children, clipped, leaves of the span.</item>
/// </list>
/// <para>Not thread-safe. Buffers grow to the largest trace seen.</para>
/// </remarks>
public sealed class SpanTreeBuilder
{
    private readonly SpanTree tree = new();
    private readonly SmallTreeBuilder small = new();
    private readonly ParentFinder parents = new();
    private int[] nodes = []; // node -> row; nodes lie in the order of step 1
    private int[] scratch = [];
    private int[] byStart = [];
    private ulong[] starts = []; // node -> start
    private int[] parentOf = []; // node -> node, −1
    private int[] firstChild = []; // node -> offset in children; the last entry but one is the top level
    private int[] children = [];
    private int[] stack = [];
    private SpanNotes[] notes = [];

    /// <summary>Builds the tree of all spans of the batch. The tree is the builder's own, valid until the next call.</summary>
    public SpanTree Build(SpanBatch trace)
    {
        Reserve(trace.Count);
        for (int i = 0; i < trace.Count; i++)
        {
            nodes[i] = i;
        }
        return Build(trace, trace.Count);
    }

    /// <summary>Builds the tree of consecutive rows, which hold one trace. The tree is the builder's own, valid until the next call.</summary>
    public SpanTree Build(SpanBatch batch, RowRange rows)
    {
        Reserve(rows.Count);
        for (int i = 0; i < rows.Count; i++)
        {
            nodes[i] = rows.Start + i;
        }
        return Build(batch, rows.Count);
    }

    /// <summary>Builds the tree of these rows, which hold one trace. The tree is the builder's own, valid until the next call.</summary>
    public SpanTree Build(SpanBatch batch, ReadOnlySpan<int> rows)
    {
        Reserve(rows.Length);
        rows.CopyTo(nodes);
        return Build(batch, rows.Length);
    }

    private SpanTree Build(SpanBatch batch, int rowCount)
    {
        if (small.TryBuild(batch, nodes.AsSpan(0, rowCount), tree))
        {
            return tree;
        }
        tree.TraceNotes = TreeNotes.None;
        // 1
        int count = SortAndDeduplicate(batch, rowCount);
        tree.EnsureCapacity(count);
        tree.Count = count;
        // 2
        parents.Find(batch, nodes.AsSpan(0, count), parentOf, notes);
        // 3
        LayOutChildren(batch, count);
        // 4
        WalkInPreorder(batch, count);
        // 5
        ComputeSelfTimes(batch, count);
        Summarise(batch, count);
        return tree;
    }

    private int SortAndDeduplicate(SpanBatch batch, int rowCount)
    {
        var s = batch.Spans;
        RowSort.SortByKey(
            nodes.AsSpan(0, rowCount), scratch, MemoryMarshal.Cast<SpanId, ulong>(s.SpanIds), new SpanContentOrder(batch), isWhole: false);
        int count = 0;
        for (int i = 0; i < rowCount; i++)
        {
            int row = nodes[i];
            bool sameId = count > 0 && s.SpanIds[nodes[count - 1]] == s.SpanIds[row];
            bool sameKey = sameId && s.Kinds[nodes[count - 1]] == s.Kinds[row];
            if (sameKey && SpanContent.Same(batch, nodes[count - 1], batch, row))
            {
                continue;
            }
            var note = (s.EndTimes[row] < s.StartTimes[row] ? SpanNotes.EndBeforeStart : 0)
                | (s.Events[row].Count > 0 ? SpanNotes.HasEvents : 0)
                | (s.Links[row].Count > 0 ? SpanNotes.HasLinks : 0);
            if (sameKey)
            {
                note |= SpanNotes.ConflictingDuplicate;
                notes[count - 1] |= SpanNotes.ConflictingDuplicate;
            }
            else if (sameId)
            {
                tree.TraceNotes |= TreeNotes.SharedSpanIds;
            }
            nodes[count] = row;
            notes[count] = note;
            count++;
        }
        return count;
    }

    private void LayOutChildren(SpanBatch batch, int count)
    {
        for (int i = 0; i < count; i++)
        {
            byStart[i] = i;
            starts[i] = batch.Spans.StartTimes[nodes[i]];
        }
        // Nodes lie in the order of id, kind and content, and the sort is stable: that is the order among equal starts.
        RowSort.SortByKey(byStart.AsSpan(0, count), scratch, starts, new StartOrder(starts), isWhole: true);
        Array.Clear(firstChild, 0, count + 2);
        for (int i = 0; i < count; i++)
        {
            firstChild[Slot(parentOf[i], count) + 1]++;
        }
        for (int i = 0; i <= count; i++)
        {
            firstChild[i + 1] += firstChild[i];
        }
        firstChild.AsSpan(0, count + 1).CopyTo(scratch);
        for (int i = 0; i < count; i++)
        {
            int node = byStart[i];
            children[scratch[Slot(parentOf[node], count)]++] = node;
        }
    }

    private void WalkInPreorder(SpanBatch batch, int count)
    {
        // scratch: node -> preorder index
        int depth = 0;
        Push(count, ref depth);
        for (int i = 0; i < count; i++)
        {
            int node = stack[--depth];
            int parent = parentOf[node];
            scratch[node] = i;
            tree.Rows[i] = nodes[node];
            tree.ParentRows[i] = parent < 0 ? -1 : scratch[parent];
            tree.Depths[i] = parent < 0 ? 0 : tree.Depths[scratch[parent]] + 1;
            tree.SubtreeSizes[i] = 1;
            tree.Notes[i] = notes[node];
            Push(node, ref depth);
        }
        for (int i = count - 1; i >= 0; i--)
        {
            if (tree.ParentRows[i] >= 0)
            {
                tree.SubtreeSizes[tree.ParentRows[i]] += tree.SubtreeSizes[i];
            }
        }
    }

    private void Push(int node, ref int depth)
    {
        for (int i = firstChild[node + 1] - 1; i >= firstChild[node]; i--)
        {
            stack[depth++] = children[i];
        }
    }

    private void ComputeSelfTimes(SpanBatch batch, int count)
    {
        var s = batch.Spans;
        for (int node = 0; node < count; node++)
        {
            ulong start = s.StartTimes[nodes[node]];
            ulong end = Math.Max(start, s.EndTimes[nodes[node]]);
            ulong covered = 0;
            ulong reached = start; // children come by start: everything before is settled
            for (int i = firstChild[node]; i < firstChild[node + 1]; i++)
            {
                int child = nodes[children[i]];
                ulong from = Math.Max(s.StartTimes[child], reached);
                ulong to = Math.Min(s.EndTimes[child], end);
                if (to > from)
                {
                    covered += to - from;
                    reached = to;
                }
            }
            tree.SelfTimes[scratch[node]] = end - start - covered;
        }
    }

    private void Summarise(SpanBatch batch, int count)
    {
        var s = batch.Spans;
        ulong start = ulong.MaxValue;
        ulong end = 0;
        tree.Root = -1;
        SpanId rootId = default;
        SpanNotes all = 0;
        for (int i = 0; i < count; i++)
        {
            int row = tree.Rows[i];
            all |= tree.Notes[i];
            start = Math.Min(start, s.StartTimes[row]);
            end = Math.Max(end, s.EndTimes[row]);
            if (tree.ParentRows[i] < 0 && s.ParentSpanIds[row].IsEmpty)
            {
                if (tree.Root < 0)
                {
                    tree.Root = i;
                    rootId = s.SpanIds[row];
                }
                else if (s.SpanIds[row] != rootId)
                {
                    tree.TraceNotes |= TreeNotes.SeveralRoots;
                }
            }
        }
        tree.StartTime = count == 0 ? 0 : start;
        tree.EndTime = Math.Max(tree.StartTime, end);
        tree.TraceNotes |= (tree.Root < 0 ? TreeNotes.WithoutRoot : 0)
            | (all.HasFlag(SpanNotes.MissingParent) ? TreeNotes.MissingParents : 0)
            | (all.HasFlag(SpanNotes.CycleBroken) ? TreeNotes.CyclesBroken : 0)
            | (all.HasFlag(SpanNotes.EndBeforeStart) ? TreeNotes.NegativeDurations : 0)
            | (all.HasFlag(SpanNotes.ConflictingDuplicate) ? TreeNotes.ConflictingDuplicates : 0);
    }

    private void Reserve(int count)
    {
        if (nodes.Length >= count && nodes.Length > 0)
        {
            return;
        }
        int capacity = Math.Max(Math.Max(count, 16), nodes.Length * 2);
        nodes = new int[capacity];
        scratch = new int[capacity + 1];
        byStart = new int[capacity];
        starts = new ulong[capacity];
        parentOf = new int[capacity];
        firstChild = new int[capacity + 2];
        children = new int[capacity];
        stack = new int[capacity];
        notes = new SpanNotes[capacity];
    }

    /// <summary>The top level is the parent after the last node.</summary>
    private static int Slot(int parent, int count) => parent < 0 ? count : parent;

    private readonly struct StartOrder(ulong[] starts) : IComparer<int>
    {
        public int Compare(int a, int b) => starts[a].CompareTo(starts[b]);
    }
}
