namespace Clew.Ingest.Journal;

/// <summary>First in, first out, with withdrawal from the middle. Not thread-safe; bounded by <see cref="JournalOptions.MaxWaiting"/>.</summary>
internal sealed class AppendQueue
{
    private PendingAppend? tail;

    /// <summary>The oldest.</summary>
    public PendingAppend? Head { get; private set; }

    public int Count { get; private set; }

    /// <summary>Sum of the records' bytes.</summary>
    public long Bytes { get; private set; }

    public void Add(PendingAppend append)
    {
        append.IsQueued = true;
        append.Previous = tail;
        if (tail is null)
        {
            Head = append;
        }
        else
        {
            tail.Next = append;
        }
        tail = append;
        Count++;
        Bytes += append.RecordBytes;
    }

    public void Remove(PendingAppend append)
    {
        if (append.Previous is null)
        {
            Head = append.Next;
        }
        else
        {
            append.Previous.Next = append.Next;
        }
        if (append.Next is null)
        {
            tail = append.Previous;
        }
        else
        {
            append.Next.Previous = append.Previous;
        }
        append.Previous = append.Next = null;
        append.IsQueued = false;
        Count--;
        Bytes -= append.RecordBytes;
    }
}
