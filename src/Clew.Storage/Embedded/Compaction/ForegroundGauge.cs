namespace Clew.Storage.Embedded.Compaction;

/// <summary>Knows whether anybody is waiting for the store. Safe from any thread.</summary>
internal sealed class ForegroundGauge
{
    private int active;

    public bool IsBusy => Volatile.Read(ref active) > 0;

    public void Enter() => Interlocked.Increment(ref active);

    public void Leave() => Interlocked.Decrement(ref active);
}
