namespace Clew.Ingest.Pipeline;

/// <summary>Tells all who wait that there may be room now. Thread-safe.</summary>
internal sealed class RoomSignal
{
    private TaskCompletionSource source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next announcement. Take it before looking for room, so that none is missed.</summary>
    public Task Next => Volatile.Read(ref source).Task;

    public void Announce() =>
        Interlocked.Exchange(ref source, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
