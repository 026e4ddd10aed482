using System.Runtime.CompilerServices;

namespace Clew.Analysis.SpanTrees;

/// <summary>
/// A stable merge sort of row numbers that allocates nothing: most traces are a handful of spans, for which the delegate that
/// the framework's sort wraps around a comparer would cost more than the sort.
/// </summary>
internal static class RowSort
{
    private const int RunLength = 16;

    /// <summary>Rows that are sorted by keys copied out of their columns; of more the copies would not be worth it.</summary>
    private const int MostKeyed = 40;

    /// <summary>Sorts as <see cref="Sort"/> does, for an order that looks at a number of each row first.</summary>
    /// <param name="rows">What is sorted.</param>
    /// <param name="scratch">At least as long.</param>
    /// <param name="keys">By row: the number.</param>
    /// <param name="order">The order, number included.</param>
    /// <param name="isWhole">True where rows of one number are equal in the order.</param>
    [SkipLocalsInit]
    public static void SortByKey<TOrder>(Span<int> rows, Span<int> scratch, ReadOnlySpan<ulong> keys, TOrder order, bool isWhole)
        where TOrder : struct, IComparer<int>
    {
        if (rows.Length > MostKeyed)
        {
            Sort(rows, scratch, order);
            return;
        }
        Span<ulong> sorted = stackalloc ulong[MostKeyed];
        bool anySame = false;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            ulong key = keys[row];
            int at = i;
            for (; at > 0 && sorted[at - 1] > key; at--)
            {
                sorted[at] = sorted[at - 1];
                rows[at] = rows[at - 1];
            }
            anySame |= at > 0 && sorted[at - 1] == key;
            sorted[at] = key;
            rows[at] = row;
        }
        if (anySame && !isWhole)
        {
            Sort(rows, scratch, order);
        }
    }

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
