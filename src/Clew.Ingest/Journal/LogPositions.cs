namespace Clew.Ingest.Journal;

/// <summary>
/// Tells how many bytes of records are still needed. Places are marked every <see cref="Distance"/> bytes, so that the answer is at most
/// that much too large. Not thread-safe; bounded by the journal's bound divided by the distance.
/// </summary>
internal sealed class LogPositions
{
    private const long Distance = 64 << 10;

    private readonly Queue<(long Sequence, long Position)> marks = new();
    private long end;
    private long lastMark = -Distance;
    private long released;
    private long nextSequence = 1;

    /// <summary>Bytes of records not released.</summary>
    public long NeededBytes => end - released;

    /// <summary>Notes that a record was added.</summary>
    public void Add(long sequence, long bytes)
    {
        if (end - lastMark >= Distance)
        {
            marks.Enqueue((sequence, end));
            lastMark = end;
        }
        end += bytes;
        nextSequence = sequence + 1;
    }

    /// <summary>Notes that records below this number are not needed.</summary>
    public void Release(long oldestNeeded)
    {
        while (marks.TryPeek(out var mark) && mark.Sequence <= oldestNeeded)
        {
            released = mark.Position;
            marks.Dequeue();
        }
        if (oldestNeeded >= nextSequence)
        {
            released = end;
        }
    }
}
