namespace Clew.Analysis.SpanTrees;

/// <summary>
/// A stable merge sort of row numbers that allocates nothing: most traces are a handful of spans, for which the delegate that
/// the framework's sort wraps around a comparer would cost more than the sort.
/// </summary>
internal static class RowSort
{
    private const int RunLength = 16;

    /// <summary>Sorts <paramref name="rows"/>; <paramref name="scratch"/> is at least as long.</summary>
    public static void Sort<TOrder>(Span<int> rows, Span<int> scratch, TOrder order)
        where TOrder : struct, IComparer<int>
    {
        for (int start = 0; start < rows.Length; start += RunLength)
        {
            InsertionSort(rows.Slice(start, Math.Min(RunLength, rows.Length - start)), order);
        }
        var from = rows;
        var to = scratch[..rows.Length];
        for (long width = RunLength; width < rows.Length; width *= 2)
        {
            for (long start = 0; start < rows.Length; start += 2 * width)
            {
                int first = (int)start;
                int middle = (int)Math.Min(start + width, rows.Length);
                int end = (int)Math.Min(start + (2 * width), rows.Length);
                Merge(from[first..middle], from[middle..end], to[first..end], order);
            }
            var swap = from;
            from = to;
            to = swap;
        }
        if (from != rows)
        {
            from.CopyTo(rows);
        }
    }

    private static void InsertionSort<TOrder>(Span<int> rows, TOrder order)
        where TOrder : struct, IComparer<int>
    {
        for (int i = 1; i < rows.Length; i++)
        {
            int row = rows[i];
            int at = i;
            while (at > 0 && order.Compare(rows[at - 1], row) > 0)
            {
                rows[at] = rows[at - 1];
                at--;
            }
            rows[at] = row;
        }
    }

    private static void Merge<TOrder>(ReadOnlySpan<int> left, ReadOnlySpan<int> right, Span<int> to, TOrder order)
        where TOrder : struct, IComparer<int>
    {
        int l = 0;
        int r = 0;
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = r == right.Length || (l < left.Length && order.Compare(left[l], right[r]) <= 0) ? left[l++] : right[r++];
        }
    }
}
