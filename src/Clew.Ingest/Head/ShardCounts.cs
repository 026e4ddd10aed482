namespace Clew.Ingest.Head;

/// <summary>What a shard, or the whole head, holds.</summary>
/// <param name="OpenParts">Parts that take spans.</param>
/// <param name="OpenSpans">Their spans.</param>
/// <param name="OpenBytes">Their bytes in use.</param>
/// <param name="ClosedSpans">Spans of closed parts that wait for the store.</param>
/// <param name="ClosedBytes">Their bytes in use.</param>
/// <param name="UsedBytes">All bytes in use, stored parts and dead rows not yet reclaimed included.</param>
/// <param name="AllocatedBytes">Bytes reserved from the system.</param>
internal readonly record struct ShardCounts(
    int OpenParts, long OpenSpans, long OpenBytes, long ClosedSpans, long ClosedBytes, long UsedBytes, long AllocatedBytes)
{
    public static ShardCounts operator +(ShardCounts a, ShardCounts b) => new(
        a.OpenParts + b.OpenParts,
        a.OpenSpans + b.OpenSpans,
        a.OpenBytes + b.OpenBytes,
        a.ClosedSpans + b.ClosedSpans,
        a.ClosedBytes + b.ClosedBytes,
        a.UsedBytes + b.UsedBytes,
        a.AllocatedBytes + b.AllocatedBytes);
}
