namespace Clew.Ingest.Head;

/// <summary>
/// Remembers which traces closed lately, and which of them are very large. Bounded: of two halves the older is forgotten whole when the
/// younger is full.
/// </summary>
/// <remarks>
/// Not persisted. What the journal replays is compared with the store, whatever is remembered here, so a restart stores nothing twice by
/// itself. A copy that a sender repeats after the restart, of a trace that was stored and released before it, is kept beside the first: a
/// trace that is read shows it once, and merging in the store removes it.
/// </remarks>
internal sealed class RecentTraces(int capacity)
{
    private Dictionary<TraceKey, bool> young = [];
    private Dictionary<TraceKey, bool> old = [];

    /// <summary>Notes that a trace, or a part of it, closed. Once large it stays large.</summary>
    public void Add(TraceKey key, bool isLarge)
    {
        isLarge |= TryFind(key, out bool wasLarge) && wasLarge;
        if (young.Count >= Math.Max(1, capacity / 2) && !young.ContainsKey(key))
        {
            (young, old) = (old, young);
            young.Clear();
        }
        young[key] = isLarge;
    }

    public bool TryFind(TraceKey key, out bool isLarge) => young.TryGetValue(key, out isLarge) || old.TryGetValue(key, out isLarge);
}
