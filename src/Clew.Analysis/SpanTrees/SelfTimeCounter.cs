namespace Clew.Analysis.SpanTrees;

/// <summary>Counts self times anew where times were corrected.</summary>
/// <remarks>O(n log n); memory is kept and bounded by the largest trace. Belongs to one thread at a time.</remarks>
internal sealed class SelfTimeCounter
{
    private int[] byStart = [];
    private int[] scratch = [];
    private ulong[] reached = []; // until when a span's children have been looked at

    /// <summary>Sets the tree's self times from the timeline's.</summary>
    public void Count(SpanTree tree, Timeline timeline)
    {
        int count = tree.Count;
        if (byStart.Length < count)
        {
            int capacity = Math.Max(count, byStart.Length * 2);
            byStart = new int[capacity];
            scratch = new int[capacity];
            reached = new ulong[capacity];
        }
        for (int i = 0; i < count; i++)
        {
            byStart[i] = i;
            reached[i] = timeline.Starts[i];
            tree.SelfTimes[i] = timeline.Ends[i] - timeline.Starts[i];
        }
        RowSort.Sort(byStart.AsSpan(0, count), scratch, new StartOrder(timeline));
        for (int i = 0; i < count; i++)
        {
            int child = byStart[i];
            int parent = tree.ParentRows[child];
            if (parent < 0)
            {
                continue;
            }
            ulong from = Math.Max(timeline.Starts[child], reached[parent]);
            ulong to = Math.Min(timeline.Ends[child], timeline.Ends[parent]);
            if (to > from)
            {
                tree.SelfTimes[parent] -= to - from;
                reached[parent] = to;
            }
        }
    }

    private readonly struct StartOrder(Timeline timeline) : IComparer<int>
    {
        public int Compare(int a, int b) => timeline.Starts[a].CompareTo(timeline.Starts[b]);
    }
}
