using System.Runtime.InteropServices;
using Clew.Analysis.SpanTrees;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Analysis.ClockSkew;

/// <summary>
/// Finds by how much the clocks of a trace's hosts differ, from calls of which both ends are there. What it rests on is in
/// <c>docs/analysis/clock-skew.md</c>. Depends on the spans alone.
/// </summary>
/// <remarks>
/// <list type="number">
/// <item>Is there a server span that lies outside its client span by more than the tolerance, timed by another clock? If not: done.</item>
/// <item>Every call between two clocks bounds their difference: the server span must fit into the client span.</item>
/// <item>Down the tree, a span is moved as its parent is; where the clock changes, by the difference of the two clocks as well.</item>
/// </list>
/// <para>O(n log n) with the depth of hashing, without recursion; memory is kept and bounded by the largest trace. Belongs to one thread at a
/// time.</para>
/// </remarks>
public sealed class ClockCorrector
{
    /// <summary>A server span sticks out by less than this (or a hundredth of its client span): nanoseconds.</summary>
    public const ulong Tolerance = 100_000;

    /// <summary>Nothing is moved by more than these nanoseconds, 73 years.</summary>
    private const long Limit = 1L << 61;

    private readonly Dictionary<(ulong Client, ulong Server), ClockPair> pairs = [];
    private readonly Dictionary<int, ulong> clockOfResource = [];
    private ulong[] clocks = [];
    private long[] shifts = [];
    private int count;

    /// <summary>Nanoseconds to add to each span's times, by preorder index. Valid until the next call, where that said true.</summary>
    public ReadOnlySpan<long> Shifts => shifts.AsSpan(0, count);

    /// <summary>Looks for differing clocks. Changes nothing but <see cref="Shifts"/>.</summary>
    /// <param name="batch">Where the spans lie.</param>
    /// <param name="tree">Their tree.</param>
    /// <param name="timeline">Times as sent.</param>
    /// <returns>True where some span is to be moved.</returns>
    public bool Find(SpanBatch batch, SpanTree tree, Timeline timeline)
    {
        count = tree.Count;
        // 1
        if (!AnySkew(batch, tree, timeline))
        {
            return false;
        }
        // 2
        ReadClocks(batch, tree);
        pairs.Clear();
        for (int i = 0; i < count; i++)
        {
            if (IsCall(batch, tree, i) && clocks[i] != clocks[tree.ParentRows[i]])
            {
                int parent = tree.ParentRows[i];
                ref var pair = ref CollectionsMarshal.GetValueRefOrAddDefault(pairs, (clocks[parent], clocks[i]), out bool exists);
                pair = (exists ? pair : ClockPair.Unknown).With(Call.Of(timeline, parent, i));
            }
        }
        // 3
        bool any = false;
        for (int i = 0; i < count; i++)
        {
            shifts[i] = Shift(batch, tree, timeline, i);
            any |= shifts[i] != 0;
        }
        return any;
    }

    private bool AnySkew(SpanBatch batch, SpanTree tree, Timeline timeline)
    {
        clockOfResource.Clear();
        for (int i = 0; i < count; i++)
        {
            if (IsCall(batch, tree, i) && Call.Of(timeline, tree.ParentRows[i], i).IsOutside
                && ClockOf(batch, tree.Rows[i]) != ClockOf(batch, tree.Rows[tree.ParentRows[i]]))
            {
                return true;
            }
        }
        return false;
    }

    private void ReadClocks(SpanBatch batch, SpanTree tree)
    {
        if (clocks.Length < count)
        {
            int capacity = Math.Max(count, clocks.Length * 2);
            clocks = new ulong[capacity];
            shifts = new long[capacity];
        }
        for (int i = 0; i < count; i++)
        {
            clocks[i] = ClockOf(batch, tree.Rows[i]);
        }
    }

    private long Shift(SpanBatch batch, SpanTree tree, Timeline timeline, int span)
    {
        int parent = tree.ParentRows[span];
        if (parent < 0)
        {
            return 0;
        }
        if (clocks[span] == clocks[parent])
        {
            return shifts[parent];
        }
        if (!timeline.Waits[span])
        {
            return 0;
        }
        if (pairs.TryGetValue((clocks[parent], clocks[span]), out var pair) && (pair.IsConsistent || IsCall(batch, tree, span)))
        {
            long difference = pair.IsConsistent ? pair.Difference : Call.Of(timeline, parent, span).Difference;
            return Math.Clamp(shifts[parent] + difference, -Limit, Limit);
        }
        // Nothing is known of the two: what lay inside its parent stays there.
        return timeline.IsOutside(span, parent) ? 0 : shifts[parent];
    }

    private ulong ClockOf(SpanBatch batch, int row)
    {
        int resource = batch.Spans.Resources[row];
        ref ulong clock = ref CollectionsMarshal.GetValueRefOrAddDefault(clockOfResource, resource, out bool exists);
        if (!exists)
        {
            clock = HostClock.Of(batch, resource);
        }
        return clock;
    }

    private static bool IsCall(SpanBatch batch, SpanTree tree, int span) =>
        tree.ParentRows[span] >= 0
        && batch.Spans.Kinds[tree.Rows[span]] == SpanKind.Server
        && batch.Spans.Kinds[tree.Rows[tree.ParentRows[span]]] == SpanKind.Client;
}
