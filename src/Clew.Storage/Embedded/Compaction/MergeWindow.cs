using System.Buffers;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>
/// The page of each column that a merge is at. One thread at a time; the memory is borrowed and given back by <see cref="Dispose"/>.
/// Bounded by one page a column.
/// </summary>
internal sealed class MergeWindow(SegmentReader reader) : IDisposable
{
    private readonly long[]?[] buffers = new long[reader.Directory.Columns.Count][];
    private readonly int[] pages = new int[reader.Directory.Columns.Count]; // page + 1

    /// <summary>Values of a page.</summary>
    public ReadOnlySpan<long> Read(ColumnInfo column, int page, int first, int count)
    {
        if (count == 0)
        {
            return default;
        }
        if (pages[column.Index] != page + 1)
        {
            Load(column, page);
        }
        if (first + count > column.Pages[page].Count)
        {
            throw new SegmentDamagedException($"A page of {column.Pages[page].Count} values has no value {first + count - 1}.", page);
        }
        return buffers[column.Index].AsSpan(first, count);
    }

    public void Dispose()
    {
        for (int i = 0; i < buffers.Length; i++)
        {
            GiveBack(ref buffers[i]);
            pages[i] = 0;
        }
    }

    private void Load(ColumnInfo column, int page)
    {
        pages[column.Index] = 0;
        var entry = column.Pages[page];
        ref long[]? buffer = ref buffers[column.Index];
        if (buffer is null || buffer.Length < entry.Count)
        {
            GiveBack(ref buffer);
            buffer = ArrayPool<long>.Shared.Rent(entry.Count);
        }
        var values = buffer.AsSpan(0, entry.Count);
        if (entry.Min == entry.Max && column.Role is not (ColumnRole.Start or ColumnRole.TraceStart)) // whose bounds are cut off
        {
            values.Fill(entry.Min);
        }
        else
        {
            reader.ReadOnce(column, page, values);
        }
        pages[column.Index] = page + 1;
    }

    private static void GiveBack(ref long[]? buffer)
    {
        if (buffer is not null)
        {
            ArrayPool<long>.Shared.Return(buffer);
            buffer = null;
        }
    }
}
