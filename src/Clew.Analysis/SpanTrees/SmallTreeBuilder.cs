using System.Numerics;
using System.Runtime.CompilerServices;
using Clew.Core.Columns;

namespace Clew.Analysis.SpanTrees;

/// <summary>
/// The tree of a few spans with different ids and without cycles, which is what nearly all traces are: the same tree that
/// <see cref="SpanTreeBuilder"/> makes, without sorting by id.
/// </summary>
/// <remarks>
/// <para>Steps:</para>
/// <list type="number">
/// <item>Ids go into a table; one that is there already ends it.</item>
/// <item>Spans are sorted by start, then id.</item>
/// <item>Each goes to the end of its parent's chain of children.</item>
/// <item>A walk in preorder: depths, notes, what children cover. Spans that it does not reach are in a cycle.</item>
/// <item>Sizes of subtrees, from the end.</item>
/// </list>
/// <para>Memory is fixed. Belongs to one thread at a time.</para>
/// </remarks>
internal sealed class SmallTreeBuilder
{
    /// <summary>The most spans of a tree.</summary>
    public const int Most = 64;

    private readonly byte[] slots = new byte[4 * Most]; // span + 1, by hash of its id

    /// <summary>Builds the tree of these rows; false where it takes more than this to do so: the tree means nothing then.</summary>
    [SkipLocalsInit]
    public bool TryBuild(SpanBatch batch, ReadOnlySpan<int> rows, SpanTree tree)
    {
        int count = rows.Length;
        if (count is 0 or > Most)
        {
            return false;
        }
        var s = batch.Spans;
        // 1
        Span<ulong> ids = stackalloc ulong[Most];
        int shift = 62 - BitOperations.Log2((uint)count);
        int mask = (1 << (64 - shift)) - 1;
        slots.AsSpan(0, mask + 1).Clear();
        for (int span = 0; span < count; span++)
        {
            ulong id = s.SpanIds[rows[span]].Value;
            int slot = Slot(id, shift);
            for (; slots[slot] != 0; slot = (slot + 1) & mask)
            {
                if (ids[slots[slot] - 1] == id)
                {
                    return false;
                }
            }
            slots[slot] = (byte)(span + 1);
            ids[span] = id;
        }
        // 2
        Span<ulong> keys = stackalloc ulong[Most];
        Span<byte> order = stackalloc byte[Most];
        for (int span = 0; span < count; span++)
        {
            ulong key = s.StartTimes[rows[span]];
            int at = span;
            for (; at > 0 && (keys[at - 1] > key || (keys[at - 1] == key && ids[order[at - 1]] > ids[span])); at--)
            {
                keys[at] = keys[at - 1];
                order[at] = order[at - 1];
            }
            keys[at] = key;
            order[at] = (byte)span;
        }
        // 3
        const byte None = byte.MaxValue;
        Span<byte> parents = stackalloc byte[Most];
        Span<byte> firstChild = stackalloc byte[Most + 1]; // of the top level behind the last span
        Span<byte> lastChild = stackalloc byte[Most + 1];
        Span<byte> nextSibling = stackalloc byte[Most];
        Span<SpanNotes> notes = stackalloc SpanNotes[Most];
        firstChild[..(count + 1)].Fill(None);
        foreach (byte span in order[..count])
        {
            ulong parentId = s.ParentSpanIds[rows[span]].Value;
            byte parent = (byte)count;
            notes[span] = SpanNotes.None;
            if (parentId != 0)
            {
                int slot = Slot(parentId, shift);
                while (slots[slot] != 0 && ids[slots[slot] - 1] != parentId)
                {
                    slot = (slot + 1) & mask;
                }
                if (slots[slot] != 0)
                {
                    parent = (byte)(slots[slot] - 1);
                }
                else
                {
                    notes[span] = SpanNotes.MissingParent;
                }
            }
            parents[span] = parent;
            nextSibling[span] = None;
            if (firstChild[parent] == None)
            {
                firstChild[parent] = span;
            }
            else
            {
                nextSibling[lastChild[parent]] = span;
            }
            lastChild[parent] = span;
        }
        // 4
        tree.EnsureCapacity(count);
        tree.Count = count;
        Span<byte> places = stackalloc byte[Most]; // in preorder
        Span<ulong> ends = stackalloc ulong[Most]; // from here on by place
        var reached = keys; // until when children have been looked at
        var all = SpanNotes.None;
        int root = -1;
        bool severalRoots = false;
        ulong latest = 0;
        ulong earliest = ulong.MaxValue;
        int place = 0;
        for (int span = firstChild[count]; span != None;)
        {
            int row = rows[span];
            ulong start = s.StartTimes[row];
            ulong end = s.EndTimes[row];
            var note = notes[span] | (end < start ? SpanNotes.EndBeforeStart : 0)
                | (s.Events[row].Count > 0 ? SpanNotes.HasEvents : 0)
                | (s.Links[row].Count > 0 ? SpanNotes.HasLinks : 0);
            all |= note;
            earliest = Math.Min(earliest, start);
            latest = Math.Max(latest, end);
            tree.Rows[place] = row;
            tree.Notes[place] = note;
            tree.SubtreeSizes[place] = 1;
            int parent = -1;
            if (parents[span] == count)
            {
                tree.Depths[place] = 0;
                if ((note & SpanNotes.MissingParent) == 0)
                {
                    severalRoots |= root >= 0;
                    root = root < 0 ? place : root;
                }
            }
            else
            {
                parent = places[parents[span]];
                tree.Depths[place] = tree.Depths[parent] + 1;
                // Siblings come by start: everything before is settled.
                ulong from = Math.Max(start, reached[parent]);
                ulong to = Math.Min(end, ends[parent]);
                if (to > from)
                {
                    tree.SelfTimes[parent] -= to - from;
                    reached[parent] = to;
                }
            }
            tree.ParentRows[place] = parent;
            ends[place] = Math.Max(start, end);
            reached[place] = start;
            tree.SelfTimes[place] = ends[place] - start;
            places[span] = (byte)place++;
            if (firstChild[span] != None)
            {
                span = firstChild[span];
                continue;
            }
            while (span != count && nextSibling[span] == None)
            {
                span = parents[span];
            }
            span = span == count ? None : nextSibling[span];
        }
        if (place < count)
        {
            return false;
        }
        // 5
        for (int i = count - 1; i > 0; i--)
        {
            if (tree.ParentRows[i] >= 0)
            {
                tree.SubtreeSizes[tree.ParentRows[i]] += tree.SubtreeSizes[i];
            }
        }
        tree.Root = root;
        tree.StartTime = earliest;
        tree.EndTime = Math.Max(earliest, latest);
        tree.TraceNotes = (root < 0 ? TreeNotes.WithoutRoot : 0)
            | (severalRoots ? TreeNotes.SeveralRoots : 0)
            | ((all & SpanNotes.MissingParent) != 0 ? TreeNotes.MissingParents : 0)
            | ((all & SpanNotes.EndBeforeStart) != 0 ? TreeNotes.NegativeDurations : 0);
        return true;
    }

    private static int Slot(ulong id, int shift) => (int)((id * 0x9E3779B97F4A7C15UL) >> shift);
}
