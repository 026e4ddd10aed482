using Clew.Core.Measures;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>The bytes that all payload buffers together may take. Thread-safe.</summary>
internal sealed class BufferBudget(long bytes)
{
    private readonly long capacity = bytes;
    private long free = bytes;

    public BoundUse Use => new("payload_buffers", BoundUnit.Bytes, capacity - Free, capacity);

    public long Free => Interlocked.Read(ref free);

    /// <summary>False, and nothing taken, where they are not there.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref free, -bytes) >= 0)
        {
            return true;
        }
        Interlocked.Add(ref free, bytes);
        return false;
    }

    public void GiveBack(long bytes) => Interlocked.Add(ref free, bytes);
}
