using System.Runtime.InteropServices;
using Clew.Analysis.SpanTrees;

namespace Clew.Analysis.CriticalPath;

/// <summary>
/// Finds the critical path of a trace: for every moment of the root the one span that it waits for. What it means, and why so, is in
/// <c>docs/analysis/critical-path.md</c>.
/// </summary>
/// <remarks>
/// <para>Each span on the path has a window, the root its whole duration. From the end of a window backwards:</para>
/// <list type="number">
/// <item>The children that the span waits for are cut to the window, those outside it left out, and sorted: last end first, then the one
/// that starts first, then by place in the tree.</item>
/// <item>The first of them that happens before what was chosen last (it starts before it, and ends before it starts, give or take a
/// hundredth of the span's duration) is chosen: its window ends with it. Where it overlaps, it is moved back by as much.</item>
/// <item>What lies between windows is the span's own section.</item>
/// </list>
/// <para>Sections are disjoint and add up to the root's duration. O(n log n), without recursion; steady use allocates nothing. Bounded by
/// the largest trace. Belongs to one thread at a time.</para>
/// </remarks>
public sealed class PathFinder
{
    /// <summary>A span overlaps its sibling by less than one part in so many of its parent: then clocks are to blame.</summary>
    public const int OverlapParts = 100;

    private readonly List<PathSection> sections = [];
    private Window[] stack = [];
    private Candidate[] candidates = [];
    private int[] order = [];
    private int[] scratch = [];
    private ulong[] times = [];
    private int depth;
    private int spans;
    private bool wantsSections;

    /// <summary>Nanoseconds that each span spends on the path, by preorder index. Valid until the next call.</summary>
    public ReadOnlySpan<ulong> Times => times.AsSpan(0, spans);

    /// <summary>
    /// The path's sections in order of time, if they were asked for. Valid until the next call. A section is given in corrected times, moved
    /// where its span was.
    /// </summary>
    public ReadOnlySpan<PathSection> Sections => CollectionsMarshal.AsSpan(sections);

    /// <summary>Finds the path of a trace.</summary>
    /// <param name="tree">Its tree.</param>
    /// <param name="timeline">The tree's times.</param>
    /// <param name="withSections">Whether <see cref="Sections"/> are wanted too.</param>
    public void Find(SpanTree tree, Timeline timeline, bool withSections = false)
    {
        int count = tree.Count;
        Reserve(count);
        spans = count;
        Array.Clear(times, 0, count);
        sections.Clear();
        wantsSections = withSections;
        if (count == 0)
        {
            return;
        }
        depth = 0;
        if (tree.Root >= 0)
        {
            Push(new Window(tree.Root, timeline.Starts[tree.Root], timeline.Ends[tree.Root], 0));
        }
        else
        {
            // The root that is missing waits for all that is there.
            ulong start = ulong.MaxValue;
            ulong end = 0;
            for (int i = 0; i < count; i++)
            {
                start = Math.Min(start, timeline.Starts[i]);
                end = Math.Max(end, timeline.Ends[i]);
            }
            Push(new Window(-1, start, end, 0));
        }
        while (depth > 0)
        {
            Walk(tree, timeline, stack[--depth]);
        }
        if (withSections)
        {
            sections.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        }
    }

    private void Walk(SpanTree tree, Timeline timeline, Window window)
    {
        // 1
        ulong duration = window.Span >= 0 ? timeline.Ends[window.Span] - timeline.Starts[window.Span] : window.End - window.Start;
        ulong tolerance = duration / OverlapParts;
        int count = Gather(tree, timeline, window, tolerance);
        // 2
        ulong reached = window.End;
        for (int i = 0; i < count && reached > window.Start; i++)
        {
            ref var child = ref candidates[order[i]];
            ulong overlap = child.End > reached ? child.End - reached : 0;
            if (overlap > tolerance || child.Start >= reached)
            {
                continue;
            }
            ulong start = Math.Max(window.Start, SubtractToZero(child.Start, overlap));
            ulong end = child.End - overlap;
            Own(window.Span, end, reached);
            Push(new Window(child.Span, start, end, child.MovedBy + overlap));
            reached = start;
        }
        // 3
        Own(window.Span, window.Start, reached);
    }

    /// <summary>The children that are waited for, cut to the window, in the order in which they are to be looked at.</summary>
    private int Gather(SpanTree tree, Timeline timeline, Window window, ulong tolerance)
    {
        int parent = window.Span;
        int child = parent + 1;
        int end = parent < 0 ? tree.Count : parent + tree.SubtreeSizes[parent];
        // A window that was cut has nothing to say about clocks.
        bool isWhole = parent >= 0 && window.End == SubtractToZero(timeline.Ends[parent], window.MovedBy);
        int count = 0;
        for (; child < end; child += tree.SubtreeSizes[child])
        {
            ulong from = SubtractToZero(timeline.Starts[child], window.MovedBy);
            ulong to = SubtractToZero(timeline.Ends[child], window.MovedBy);
            if (from >= window.End || to <= window.Start || (parent >= 0 && !timeline.Waits[child]))
            {
                continue;
            }
            ulong movedBy = window.MovedBy;
            if (to > window.End)
            {
                ulong over = to - window.End;
                if (isWhole && over <= tolerance)
                {
                    from = SubtractToZero(from, over);
                    movedBy += over;
                }
                to = window.End;
            }
            from = Math.Max(from, window.Start);
            if (from < to)
            {
                candidates[count] = new Candidate(child, from, to, movedBy);
                order[count] = count;
                count++;
            }
        }
        if (count > 1)
        {
            // Siblings come by start, and mostly end in that order too.
            var some = order.AsSpan(0, count);
            some.Reverse();
            RowSort.Sort(some, scratch, new LastFirst(candidates));
        }
        return count;
    }

    private void Own(int span, ulong start, ulong end)
    {
        if (end <= start)
        {
            return;
        }
        if (span >= 0)
        {
            times[span] += end - start;
        }
        if (wantsSections)
        {
            sections.Add(new PathSection(span, start, end));
        }
    }

    private void Push(in Window window) => stack[depth++] = window;

    private void Reserve(int count)
    {
        if (times.Length < count)
        {
            int capacity = Math.Max(count, times.Length * 2);
            times = new ulong[capacity];
            stack = new Window[capacity + 1];
            candidates = new Candidate[capacity];
            order = new int[capacity];
            scratch = new int[capacity];
        }
    }

    private static ulong SubtractToZero(ulong from, ulong what) => from > what ? from - what : 0;

    /// <param name="Span">Preorder index, −1 for a root that is not there.</param>
    /// <param name="Start">In the path's time.</param>
    /// <param name="End">In the path's time.</param>
    /// <param name="MovedBy">Nanoseconds by which the path's time is before the span's own.</param>
    private readonly record struct Window(int Span, ulong Start, ulong End, ulong MovedBy);

    private readonly record struct Candidate(int Span, ulong Start, ulong End, ulong MovedBy);

    private readonly struct LastFirst(Candidate[] candidates) : IComparer<int>
    {
        public int Compare(int a, int b)
        {
            ref var left = ref candidates[a];
            ref var right = ref candidates[b];
            int order = right.End.CompareTo(left.End);
            return order != 0 || (order = left.Start.CompareTo(right.Start)) != 0 ? order : left.Span.CompareTo(right.Span);
        }
    }
}
