namespace Clew.Ingest.Head;

/// <summary>
/// The spans of an arena that went to the store, counted by class, for as long as snapshots from before still see them here.
/// </summary>
/// <remarks>Bounded by the hand-overs since the oldest snapshot held was taken. Guarded by the shard's lock.</remarks>
internal sealed class StoredClasses
{
    private readonly List<(long Epoch, int[] Counts)> handedOver = []; // by ascending epoch

    /// <summary>Notes a span of a part that only snapshots of an earlier epoch than this see. Epochs do not descend, except for parts that are moved.</summary>
    public void Add(long epoch, int spanClass)
    {
        int at = handedOver.Count - 1;
        while (at >= 0 && handedOver[at].Epoch > epoch)
        {
            at--;
        }
        if (at < 0 || handedOver[at].Epoch != epoch)
        {
            handedOver.Insert(++at, (epoch, []));
        }
        int[] counts = handedOver[at].Counts;
        if (counts.Length <= spanClass)
        {
            Array.Resize(ref counts, Math.Max(spanClass + 1, 2 * counts.Length));
            handedOver[at] = (epoch, counts);
        }
        counts[spanClass]++;
    }

    /// <summary>Spans of a class that a snapshot of that epoch sees here though they were handed over.</summary>
    public int Count(int spanClass, long epoch)
    {
        int sum = 0;
        for (int i = handedOver.Count - 1; i >= 0 && handedOver[i].Epoch > epoch; i--)
        {
            sum += spanClass < handedOver[i].Counts.Length ? handedOver[i].Counts[spanClass] : 0;
        }
        return sum;
    }

    /// <summary>Forgets what no snapshot sees any more: all are of that epoch or later ones.</summary>
    public void ForgetUpTo(long epoch)
    {
        int gone = 0;
        while (gone < handedOver.Count && handedOver[gone].Epoch <= epoch)
        {
            gone++;
        }
        handedOver.RemoveRange(0, gone);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => handedOver.Clear();
}
