using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>Finds spans of large parts by (trace id, span id, kind). Small parts are walked instead, which costs no memory.</summary>
/// <remarks>Bounded by the arena. Guarded by the shard's lock.</remarks>
internal sealed class LargePartIndex(PackedSpans spans)
{
    private int[] buckets = []; // row + 1, 0 is none
    private int count;

    public long UsedBytes => 4L * count;

    public long AllocatedBytes => 4L * buckets.Length;

    /// <summary>The row of the same bucket to look at first, −1. Others follow by <see cref="PackedSpans.NextInBucket"/>.</summary>
    public int First(TraceId traceId, ulong spanId, SpanKind kind) =>
        buckets.Length == 0 ? -1 : buckets[Bucket(traceId, spanId, kind)] - 1;

    public void Add(int row, PartTable parts)
    {
        if (count == buckets.Length)
        {
            Grow(parts);
        }
        Link(row, parts);
    }

    public void Clear()
    {
        count = 0;
        Array.Clear(buckets);
    }

    private void Grow(PartTable parts)
    {
        int[] old = buckets;
        buckets = new int[Math.Max(1024, old.Length * 2)];
        count = 0;
        foreach (int bucket in old)
        {
            for (int row = bucket - 1; row >= 0;)
            {
                int next = spans.NextInBucket(row);
                if (spans.Part(row) >= 0)
                {
                    Link(row, parts);
                }
                row = next;
            }
        }
    }

    private void Link(int row, PartTable parts)
    {
        ref int bucket = ref buckets[Bucket(parts.TraceIds[spans.Part(row)], spans.SpanId(row), spans.Kind(row))];
        spans.SetNextInBucket(row, bucket - 1);
        bucket = row + 1;
        count++;
    }

    private int Bucket(TraceId traceId, ulong spanId, SpanKind kind)
    {
        ulong hash = (spanId ^ traceId.Mix()) * 0x9E3779B97F4A7C15UL;
        hash ^= hash >> 32;
        return (int)(hash + (uint)kind) & (buckets.Length - 1);
    }
}
