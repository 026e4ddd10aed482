using Clew.Core.Measures;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>Places for requests that are being processed. Thread-safe; nobody waits for a place.</summary>
internal sealed class RequestGate(int places)
{
    private int taken;

    public BoundUse Use => new("requests", BoundUnit.Items, Math.Min(places, Volatile.Read(ref taken)), places);

    public bool IsFull => Volatile.Read(ref taken) >= places;

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref taken) <= places)
        {
            return true;
        }
        Interlocked.Decrement(ref taken);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref taken);
}
