namespace Clew.Storage.Embedded.Deletions;

/// <summary>The deleted traces of one segment. Model: immutable, replaced whole. Bounded by the segment's traces.</summary>
internal sealed class DeletionList
{
    private readonly int[] rows;

    /// <param name="traces">Distinct rows, in any order.</param>
    public DeletionList(IEnumerable<DeletedTrace> traces)
    {
        Traces = [.. traces.OrderBy(trace => trace.Row)];
        rows = [.. Traces.Select(trace => trace.Row)];
        Spans = Traces.Sum(trace => (long)trace.Spans.Count);
    }

    /// <summary>By row.</summary>
    public IReadOnlyList<DeletedTrace> Traces { get; }

    /// <summary>Spans of these traces.</summary>
    public long Spans { get; }

    public bool Contains(int trace) => Array.BinarySearch(rows, trace) >= 0;

    /// <summary>Clears the bits of the deleted spans among consecutive rows of the segment.</summary>
    /// <param name="firstRow">The first of the rows.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="marks">One bit a row, lowest first.</param>
    public void Clear(int firstRow, int count, Span<ulong> marks)
    {
        int low = 0;
        int high = Traces.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (Traces[middle].Spans.End <= firstRow)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        for (; low < Traces.Count && Traces[low].Spans.Start < firstRow + count; low++)
        {
            int start = Math.Max(0, Traces[low].Spans.Start - firstRow);
            int end = Math.Min(count, Traces[low].Spans.End - firstRow);
            for (int row = start; row < end; row++)
            {
                marks[row >> 6] &= ~(1UL << row);
            }
        }
    }
}
