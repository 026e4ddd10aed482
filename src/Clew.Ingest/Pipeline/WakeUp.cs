namespace Clew.Ingest.Pipeline;

/// <summary>Wakes one waiter; calls while it is awake count once.</summary>
internal sealed class WakeUp : IDisposable
{
    private readonly SemaphoreSlim semaphore = new(0, 1);

    public void Set()
    {
        try
        {
            semaphore.Release();
        }
        catch (SemaphoreFullException)
        {
            // Set already.
        }
        catch (ObjectDisposedException)
        {
            // A timer's last call.
        }
    }

    public Task WaitAsync(CancellationToken cancellationToken) => semaphore.WaitAsync(cancellationToken);

    public void Dispose() => semaphore.Dispose();
}
