using System.Buffers;

namespace Clew.Storage.Embedded.Reading;

/// <summary>
/// Some consecutive values of each column: what reading a few rows takes, instead of whole pages. One thread at a time; the memory is
/// borrowed and given back by <see cref="Dispose"/>. Bounded by one page a column.
/// </summary>
/// <param name="reader">The segment.</param>
/// <param name="wholePages">Decodes pages as a whole: for those who read a segment from end to end.</param>
internal sealed class RowWindow(SegmentReader reader, bool wholePages) : IDisposable
{
    private readonly long[]?[] buffers = new long[reader.Directory.Columns.Count][];
    private readonly Held[] held = new Held[reader.Directory.Columns.Count];

    /// <summary>Values of a page. Valid until the same column is asked for others.</summary>
    public ArraySegment<long> Read(ColumnInfo column, int page, int first, int count)
    {
        if (count == 0)
        {
            return ArraySegment<long>.Empty;
        }
        ref var known = ref held[column.Index];
        if (known.Page != page + 1 || first < known.First || first + count > known.First + known.Count)
        {
            Load(column, page, wholePages ? 0 : first, wholePages ? Math.Max(column.Pages[page].Count, first + count) : count, ref known);
        }
        return new ArraySegment<long>(buffers[column.Index]!, first - known.First, count);
    }

    public void Dispose()
    {
        for (int i = 0; i < buffers.Length; i++)
        {
            if (buffers[i] is { } buffer)
            {
                ArrayPool<long>.Shared.Return(buffer);
                buffers[i] = null;
                held[i] = default;
            }
        }
    }

    private void Load(ColumnInfo column, int page, int first, int count, ref Held known)
    {
        known = default;
        ref long[]? buffer = ref buffers[column.Index];
        if (buffer is null || buffer.Length < count)
        {
            if (buffer is not null)
            {
                ArrayPool<long>.Shared.Return(buffer);
            }
            buffer = ArrayPool<long>.Shared.Rent(count);
        }
        reader.Read(column, page, first, buffer.AsSpan(0, count));
        known = new Held(page + 1, first, count);
    }

    /// <param name="Page">Page + 1; 0: nothing.</param>
    /// <param name="First">First value.</param>
    /// <param name="Count">Values.</param>
    private readonly record struct Held(int Page, int First, int Count);
}
