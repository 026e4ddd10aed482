namespace Clew.Ingest.Head;

/// <summary>How many parts were opened late or closed before they were quiet. Counters only grow; each is read and written atomically.</summary>
internal sealed class CloseReasons
{
    private long early;
    private long atBound;
    private long late;

    /// <summary>Closed to free memory or the journal.</summary>
    public long Early => Interlocked.Read(ref early);

    /// <summary>Closed at a bound of age or size.</summary>
    public long AtBound => Interlocked.Read(ref atBound);

    /// <summary>Opened for spans that came after their trace had closed.</summary>
    public long Late => Interlocked.Read(ref late);

    public void CountEarly() => Interlocked.Increment(ref early);

    public void CountAtBound() => Interlocked.Increment(ref atBound);

    public void CountLate() => Interlocked.Increment(ref late);
}
