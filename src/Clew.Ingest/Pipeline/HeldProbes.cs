using Clew.Ingest.Head;

namespace Clew.Ingest.Pipeline;

/// <summary>
/// Probes whose traces have closed, and that can still be found: whoever looks for one shall learn how slow search is, not that it came
/// too late. Belongs to the assembler's turn.
/// </summary>
/// <remarks>Bounded by time, and by the newest <see cref="Most"/>: probes are sent one after the other, so that the newest is looked for.</remarks>
internal sealed class HeldProbes(TimeSpan hold, TimeProvider clock)
{
    /// <summary>Probes that are held.</summary>
    public const int Most = 16;

    private readonly Queue<WaitingPart> held = new(); // oldest first

    /// <summary>A probe has closed.</summary>
    public void Add(in WaitingPart probe) => held.Enqueue(probe);

    /// <summary>Takes out those that need not be found any longer.</summary>
    public void TakeDue(List<WaitingPart> into)
    {
        while (held.TryPeek(out var oldest) && (held.Count > Most || clock.GetElapsedTime(oldest.Since) >= hold))
        {
            into.Add(held.Dequeue());
        }
    }
}
