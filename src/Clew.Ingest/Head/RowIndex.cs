using System.Numerics;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>
/// What the head knows of each row of a shard's arena beside the span itself: whose it is, the next row of its part, and a hash chain
/// by (trace id, span id, kind) that finds duplicates.
/// </summary>
/// <remarks>Bounded by the arena. Guarded by the shard's lock.</remarks>
internal sealed class RowIndex
{
    /// <summary>Copies that contradict each other are compared up to this number; beyond, one more is kept unseen until the close.</summary>
    private const int MaxComparisons = 32;

    /// <summary>Bytes of these columns for one row.</summary>
    public const int RowBytes = 21;

    /// <summary>Row → slot of its part, −1 for a dead row.</summary>
    public int[] Parts = [];

    /// <summary>Row → next row of the same part, −1.</summary>
    public int[] NextInPart = [];

    /// <summary>Row → the store holds a copy already: the row is not handed over.</summary>
    public bool[] LeftOut = [];

    private int[] nextInBucket = [];
    private int[] buckets = []; // row + 1, 0 is none

    /// <summary>Forgets all rows and keeps the memory.</summary>
    public void Clear() => Array.Clear(buckets);

    /// <summary>Adds the arena's newest row.</summary>
    public void Add(SpanBatch arena, int row, int part)
    {
        if (row >= Parts.Length || Parts.Length == 0)
        {
            Grow(arena, row);
        }
        Parts[row] = part;
        NextInPart[row] = -1;
        LeftOut[row] = false;
        Link(arena, row);
    }

    /// <summary>A live row that holds the same span with the same content, or −1.</summary>
    public int FindSame(SpanBatch arena, SpanBatch source, int span, Tenant tenant, PartTable parts)
    {
        if (buckets.Length == 0)
        {
            return -1;
        }
        int comparisons = 0;
        for (int row = buckets[Bucket(source.Spans, span)] - 1; row >= 0; row = nextInBucket[row])
        {
            if (arena.Spans.SpanIds[row] == source.Spans.SpanIds[span]
                && arena.Spans.TraceIds[row] == source.Spans.TraceIds[span]
                && arena.Spans.Kinds[row] == source.Spans.Kinds[span]
                && Parts[row] >= 0
                && parts.Tenants[Parts[row]] == tenant)
            {
                if (SpanContent.Same(arena, row, source, span))
                {
                    return row;
                }
                if (++comparisons == MaxComparisons)
                {
                    return -1;
                }
            }
        }
        return -1;
    }

    private void Link(SpanBatch arena, int row)
    {
        ref int bucket = ref buckets[Bucket(arena.Spans, row)];
        nextInBucket[row] = bucket - 1;
        bucket = row + 1;
    }

    private void Grow(SpanBatch arena, int rows)
    {
        int capacity = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(rows + 1, 64));
        Array.Resize(ref Parts, capacity);
        Array.Resize(ref NextInPart, capacity);
        Array.Resize(ref LeftOut, capacity);
        Array.Resize(ref nextInBucket, capacity);
        buckets = new int[capacity * 2];
        for (int row = 0; row < rows; row++)
        {
            Link(arena, row);
        }
    }

    private int Bucket(SpanTable spans, int row)
    {
        ulong hash = (spans.SpanIds[row].Value ^ spans.TraceIds[row].Mix()) * 0x9E3779B97F4A7C15UL;
        hash ^= hash >> 32;
        return (int)(hash + (uint)spans.Kinds[row]) & (buckets.Length - 1);
    }
}
