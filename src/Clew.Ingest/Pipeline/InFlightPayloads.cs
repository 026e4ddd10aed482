using Clew.Ingest.Journal;

namespace Clew.Ingest.Pipeline;

/// <summary>
/// Payloads between the journal and the head. Their records are needed, though no part in the head names them yet.
/// </summary>
/// <remarks>
/// A payload's position is not known before its append returns, but it is greater than every position that was known when the append
/// began: that is the bound it is held by. Thread-safe. Bounded by the requests that are being served.
/// </remarks>
internal sealed class InFlightPayloads
{
    private readonly Lock gate = new();
    private readonly LinkedList<long> bounds = []; // begun in order, so ascending
    private TaskCompletionSource? drained;
    private long newest;

    /// <summary>The oldest record that may be needed by a payload in flight; the one after the newest known where none is.</summary>
    public long OldestNeeded
    {
        get
        {
            lock (gate)
            {
                return bounds.First?.Value ?? newest + 1;
            }
        }
    }

    /// <summary>The newest record known.</summary>
    public long Newest
    {
        get
        {
            lock (gate)
            {
                return newest;
            }
        }
    }

    /// <summary>Call before the append; hand what it returns to <see cref="End"/>.</summary>
    public LinkedListNode<long> Begin()
    {
        lock (gate)
        {
            return bounds.AddLast(newest + 1);
        }
    }

    /// <summary>Notes a position that an append or the replay returned.</summary>
    public void Known(JournalPosition position)
    {
        lock (gate)
        {
            newest = Math.Max(newest, position.Sequence);
        }
    }

    /// <summary>Call when the spans are in the head, or the append failed.</summary>
    public void End(LinkedListNode<long> ticket)
    {
        lock (gate)
        {
            bounds.Remove(ticket);
            if (bounds.Count == 0)
            {
                drained?.TrySetResult();
            }
        }
    }

    /// <summary>Completes when none is in flight. Nothing new may begin after the call.</summary>
    public Task WhenDrained()
    {
        lock (gate)
        {
            drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (bounds.Count == 0)
            {
                drained.TrySetResult();
            }
            return drained.Task;
        }
    }
}
