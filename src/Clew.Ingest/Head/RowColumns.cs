using Clew.Core.Columns;

namespace Clew.Ingest.Head;

/// <summary>
/// The rows of an arena in the order in which they came, numbered from 0, with their classes: a search passes by rows of other classes at
/// two bytes each.
/// </summary>
/// <remarks>Four bytes a span. Bounded by the arena. Guarded by the shard's lock.</remarks>
internal sealed class RowColumns : Table
{
    private ushort[] offsets = [];
    private ushort[] classes = [];
    private int[] chunkStarts = []; // number of the first row of each chunk
    private int chunkCount;

    public long UsedBytes => 4L * Count;

    public long AllocatedBytes => (4L * Capacity) + (4L * chunkStarts.Length);

    /// <summary>The class of each row; <see cref="SpanClasses.Dead"/> where the row is in no part any more.</summary>
    public ReadOnlySpan<ushort> Classes => classes.AsSpan(0, Count);

    /// <summary>Adds the arena's next row.</summary>
    public void Add(int row, int spanClass)
    {
        int number = AddRow();
        offsets[number] = (ushort)row;
        classes[number] = (ushort)spanClass;
        if (row >> ChunkPool.ChunkBits == chunkCount)
        {
            BeginChunk(number);
        }
    }

    /// <summary>The row of a number.</summary>
    /// <param name="number">Which.</param>
    /// <param name="chunk">Where the last one was, for the next; 0 at first. Numbers ascend.</param>
    public int Row(int number, ref int chunk)
    {
        while (chunk + 1 < chunkCount && chunkStarts[chunk + 1] <= number)
        {
            chunk++;
        }
        return (chunk << ChunkPool.ChunkBits) | offsets[number];
    }

    /// <summary>The chunk that a number's row lies in.</summary>
    public int ChunkOf(int number)
    {
        int found = chunkStarts.AsSpan(0, chunkCount).BinarySearch(number);
        return found < 0 ? ~found - 1 : found;
    }

    /// <summary>Notes that a row is in no part any more. Returns the class that it had.</summary>
    public int Kill(int row)
    {
        int chunk = row >> ChunkPool.ChunkBits;
        int first = chunkStarts[chunk];
        int end = chunk + 1 < chunkCount ? chunkStarts[chunk + 1] : Count;
        int number = first + offsets.AsSpan(first, end - first).BinarySearch((ushort)row);
        int spanClass = classes[number];
        classes[number] = SpanClasses.Dead;
        return spanClass;
    }

    /// <summary>Forgets everything and keeps the memory.</summary>
    public new void Clear()
    {
        base.Clear();
        chunkCount = 0;
    }

    /// <inheritdoc/>
    protected override void Resize(int capacity)
    {
        Array.Resize(ref offsets, capacity);
        Array.Resize(ref classes, capacity);
    }

    private void BeginChunk(int number)
    {
        if (chunkCount == chunkStarts.Length)
        {
            Array.Resize(ref chunkStarts, Math.Max(16, chunkCount * 2));
        }
        chunkStarts[chunkCount++] = number;
    }
}
