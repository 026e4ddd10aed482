using Clew.Ingest.Head;

namespace Clew.Ingest.Pipeline;

/// <summary>
/// How much of what the head holds are probes, each a trace of its own, so that no figure counts them. Thread-safe; for the moment in
/// which a probe comes or closes it may be counted in the wrong place.
/// </summary>
internal sealed class ProbesInHead
{
    private long spans;
    private int traces;

    /// <summary>The spans of a probe are in the head.</summary>
    public void CountAdded(int added)
    {
        if (added > 0)
        {
            Interlocked.Add(ref spans, added);
            Interlocked.Increment(ref traces);
        }
    }

    /// <summary>A probe has closed and been dropped.</summary>
    public void CountDropped(int dropped)
    {
        Interlocked.Add(ref spans, -dropped);
        Interlocked.Decrement(ref traces);
    }

    /// <summary>The counts of the users' spans.</summary>
    public ShardCounts LeftOutOf(ShardCounts counts)
    {
        long open = Math.Min(counts.OpenSpans, Interlocked.Read(ref spans));
        return counts with
        {
            OpenSpans = counts.OpenSpans - open,
            OpenParts = Math.Max(0, counts.OpenParts - Volatile.Read(ref traces)),
        };
    }
}
