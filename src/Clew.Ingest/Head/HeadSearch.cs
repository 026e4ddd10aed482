using Clew.Core.Scan;

namespace Clew.Ingest.Head;

/// <summary>
/// One search over the head. All parts that may match are lined up first, newest first; spans are looked at only as far as the
/// caller reads.
/// </summary>
/// <remarks>
/// Holds a shard's lock while it lines up the shard's parts, or looks at one part, never while the caller works. Bounded by the head's
/// parts, 40 bytes each. Belongs to one thread at a time.
/// </remarks>
internal sealed class HeadSearch(IReadOnlyList<HeadShard> shards, TraceSearch search, long epoch)
{
    private readonly ArenaCache<SpanMatcher> matchers = new(arena => new SpanMatcher(arena.Batch, search.Predicates));
    private PriorityQueue<HeadCandidate, TracePosition> candidates = new();
    private long scanned;

    /// <summary>Lines up the parts whose spans may lie in the range.</summary>
    public void Collect(CancellationToken cancellationToken)
    {
        var found = new List<(HeadCandidate, TracePosition)>();
        for (int i = 0; i < shards.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (shards[i].Gate)
            {
                var parts = shards[i].Parts;
                for (int slot = 0; slot < parts.Count; slot++)
                {
                    if (parts.IsVisible(slot, epoch)
                        && parts.SpanCounts[slot] > 0
                        && search.Range.Overlaps(parts.MinStarts[slot], parts.MaxStarts[slot])
                        && parts.Tenants[slot] == search.Tenant)
                    {
                        var position = new TracePosition(parts.MinStarts[slot], parts.TraceIds[slot]);
                        found.Add((new HeadCandidate(position, i, slot), position));
                    }
                }
            }
        }
        // Building the heap is linear; a caller that reads twenty traces pays for twenty.
        candidates = new PriorityQueue<HeadCandidate, TracePosition>(found);
    }

    public bool TryNext(out HeadCandidate candidate) => candidates.TryDequeue(out candidate, out _);

    /// <summary>Looks for one span of the part on which everything holds.</summary>
    public bool Matches(HeadCandidate candidate)
    {
        var shard = shards[candidate.Shard];
        lock (shard.Gate)
        {
            int slot = candidate.Slot;
            if (shard.Parts.TraceIds[slot] != candidate.Position.TraceId
                || shard.Parts.Tenants[slot] != search.Tenant
                || !shard.Parts.IsVisible(slot, epoch))
            {
                return false;
            }
            var arena = shard.Parts.Arenas[slot];
            var matcher = matchers.Get(arena);
            for (int row = shard.Parts.FirstRows[slot]; row >= 0; row = arena.Spans.NextInPart(row))
            {
                scanned++;
                if (!search.Range.Contains(arena.Spans.StartTime(row)))
                {
                    continue;
                }
                bool matches = matcher.Matches(arena.Show(row, candidate.Position.TraceId));
                arena.Hide();
                if (matches)
                {
                    return true;
                }
            }
            return false;
        }
    }

    /// <summary>Spans looked at since the last call.</summary>
    public long TakeScanned()
    {
        long spans = scanned;
        scanned = 0;
        return spans;
    }
}
