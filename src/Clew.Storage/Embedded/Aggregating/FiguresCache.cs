using Clew.Core.Measures;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>
/// Figures of whole segments and sums of them, kept for the next time that somebody asks the same: segments do not change, so only new
/// ones, and those at the edges of the time range, are scanned again.
/// </summary>
/// <remarks>
/// Bounded in bytes, what was used longest ago goes first; figures of very many groups are not kept. A deletion makes a segment's figures
/// stale. Safe from any thread; what is handed out must not be changed.
/// </remarks>
internal sealed class FiguresCache(long capacity)
{
    /// <summary>Most groups of a segment that are worth keeping.</summary>
    public const int MostGroups = 1024;

    /// <summary>Stands for the segment in the entry of a sum.</summary>
    private const long OfSum = long.MinValue;

    private readonly Lock gate = new();
    private readonly Dictionary<(long Segment, AggregationKey Key), LinkedListNode<Entry>> entries = [];
    private readonly LinkedList<Entry> byUse = [];
    private long used;

    /// <summary>How much of it is in use.</summary>
    public BoundUse Use
    {
        get
        {
            lock (gate)
            {
                return new BoundUse("figures_cache", BoundUnit.Bytes, used, capacity);
            }
        }
    }

    public AggregateResult? Find(Segment segment, AggregationKey key) => Find(segment, key, out _);

    /// <param name="segment">The segment.</param>
    /// <param name="key">What is asked.</param>
    /// <param name="deletions">What was deleted from the segment when it was scanned.</param>
    public AggregateResult? Find(Segment segment, AggregationKey key, out DeletionList? deletions)
    {
        deletions = segment.Deletions;
        lock (gate)
        {
            if (!entries.TryGetValue((segment.Id, key), out var node))
            {
                return null;
            }
            if (!ReferenceEquals(node.Value.Deletions, deletions))
            {
                Remove(node);
                return null;
            }
            byUse.Remove(node);
            byUse.AddLast(node);
            return node.Value.Figures;
        }
    }

    /// <param name="segment">The segment.</param>
    /// <param name="key">What was asked.</param>
    /// <param name="figures">Its figures.</param>
    /// <param name="deletions">The deletions before the segment was scanned.</param>
    public void Add(Segment segment, AggregationKey key, AggregateResult figures, DeletionList? deletions) =>
        Add(new Entry(segment.Id, key, figures, deletions, figures.AllocatedBytes, null));

    /// <summary>The sum over segments that was asked for last, or null. Whether it is still right is for the caller to see.</summary>
    public FiguresSum? FindSum(AggregationKey key)
    {
        lock (gate)
        {
            if (!entries.TryGetValue((OfSum, key), out var node))
            {
                return null;
            }
            byUse.Remove(node);
            byUse.AddLast(node);
            return node.Value.Sum;
        }
    }

    public void AddSum(AggregationKey key, FiguresSum sum) =>
        Add(new Entry(OfSum, key, sum.Figures, null, sum.Figures.AllocatedBytes + (16L * sum.Members.Length), sum));

    private void Add(Entry entry)
    {
        if (entry.Size > capacity)
        {
            return;
        }
        lock (gate)
        {
            if (entries.TryGetValue((entry.Segment, entry.Key), out var known))
            {
                Remove(known);
            }
            entries.Add((entry.Segment, entry.Key), byUse.AddLast(entry));
            used += entry.Size;
            while (used > capacity && byUse.First is { } oldest)
            {
                Remove(oldest);
            }
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        byUse.Remove(node);
        entries.Remove((node.Value.Segment, node.Value.Key));
        used -= node.Value.Size;
    }

    private sealed record Entry(
        long Segment, AggregationKey Key, AggregateResult Figures, DeletionList? Deletions, long Size, FiguresSum? Sum);
}
