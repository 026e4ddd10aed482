using System.Runtime.CompilerServices;
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
    private readonly ArenaCache<StrongBox<bool>> tests = new(arena => new StrongBox<bool>(ArenaTest.CanMatch(arena.Batch, search.Predicates)));
    private readonly ArenaCache<SpanMatcher> matchers = new(arena => new SpanMatcher(arena.Batch, search.Predicates));
    private PriorityQueue<HeadCandidate, TracePosition> candidates = new();
    private long scanned;

    /// <summary>Lines up the parts whose spans may lie in the range and match, as far as is known without looking at them.</summary>
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
                        && parts[slot].SpanCount > 0
                        && search.Range.Overlaps(parts[slot].MinStart, parts[slot].MaxStart)
                        && parts[slot].Tenant == search.Tenant
                        && tests.Get(parts[slot].Arena).Value)
                    {
                        var position = new TracePosition(parts[slot].MinStart, parts[slot].TraceId);
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
            if (shard.Parts[slot].TraceId != candidate.Position.TraceId
                || shard.Parts[slot].Tenant != search.Tenant
                || !shard.Parts.IsVisible(slot, epoch))
            {
                return false;
            }
            var arena = shard.Parts[slot].Arena;
            var matcher = matchers.Get(arena);
            for (int row = shard.Parts[slot].FirstRow; row >= 0; row = arena.Spans.NextInPart(row))
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
