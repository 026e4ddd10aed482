using Clew.Ingest.Head;

namespace Clew.Ingest.Pipeline;

/// <summary>
/// How much of what the head holds are probes, each a trace of its own, so that no figure counts them. Thread-safe; for the moment in
/// which a probe comes or closes it may be counted in the wrong place.
/// </summary>
internal sealed class ProbesInHead
{
    private long openSpans;
    private long closedSpans;
    private int openTraces;

    /// <summary>Closed probes that are held: each is one span.</summary>
    public long Held => Interlocked.Read(ref closedSpans);

    /// <summary>The spans of a probe are in the head.</summary>
    public void CountAdded(int added)
    {
        if (added > 0)
        {
            Interlocked.Add(ref openSpans, added);
            Interlocked.Increment(ref openTraces);
        }
    }

    /// <summary>A probe has closed; it is still there.</summary>
    public void CountClosed(int spans)
    {
        Interlocked.Add(ref openSpans, -spans);
        Interlocked.Decrement(ref openTraces);
        Interlocked.Add(ref closedSpans, spans);
    }

    /// <summary>A closed probe has been dropped.</summary>
    public void CountDropped(int spans) => Interlocked.Add(ref closedSpans, -spans);

    /// <summary>The counts of the users' spans.</summary>
    public ShardCounts LeftOutOf(ShardCounts counts) => counts with
    {
        OpenSpans = Math.Max(0, counts.OpenSpans - Interlocked.Read(ref openSpans)),
        OpenParts = Math.Max(0, counts.OpenParts - Volatile.Read(ref openTraces)),
        ClosedSpans = Math.Max(0, counts.ClosedSpans - Interlocked.Read(ref closedSpans)),
    };
}
