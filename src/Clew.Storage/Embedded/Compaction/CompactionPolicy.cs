using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>
/// Chooses what to merge next: size-tiered, within one tenant, class and day.
/// </summary>
/// <remarks>
/// <para>A tier holds segments of less than <c>fan-in</c> times the spans of the tier below. A tier with as many segments as the fan-in is
/// merged, oldest first, so that what lies together in time stays together and searches can skip whole segments. With fan-in 8 a span
/// is rewritten once or twice before its segment has reached its bound, and not at all where batches are large; levelled merging would
/// rewrite it at each level for a gain (disjoint ranges) that traces, found by id and by time, do not need.</para>
/// <para>Late parts come minutes after their trace, in the next few appends, so most meet it in the first merge. What is left over when a
/// day has been quiet is merged together whatever its size, as far as the bounds allow.</para>
/// <para>Segments that are large already, damaged or left out are not touched. When there is much to do, the tier with the most segments
/// comes first: it helps reads the most.</para>
/// </remarks>
internal static class CompactionPolicy
{
    /// <summary>A segment of more than this share of the bounds is large: to rewrite it for the sake of one or two others costs more than they do.</summary>
    private const int LargeShare = 4;

    /// <summary>The segments to merge, oldest first; empty where nothing is to be done.</summary>
    /// <param name="segments">All segments.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="isQuiet">True for a segment to whose day nothing has come for the quiet time.</param>
    public static List<Segment> Choose(IReadOnlyList<Segment> segments, EmbeddedStoreOptions options, Func<Segment, bool> isQuiet)
    {
        var candidates = segments.Where(segment => IsCandidate(segment, options));
        List<Segment> best = [];
        foreach (var partition in candidates.GroupBy(segment => (segment.Summary.Tenant, segment.Summary.RetentionClass, segment.Summary.Day)))
        {
            var oldestFirst = partition.OrderBy(segment => segment.Summary.Sequence).ThenBy(segment => segment.Summary.Part).ToList();
            bool quiet = oldestFirst.TrueForAll(segment => isQuiet(segment));
            foreach (var tier in quiet ? [oldestFirst] : Tiers(oldestFirst, options))
            {
                var chosen = Fitting(tier, options);
                // Fewer than the fan-in are enough where the bounds allow no more: waiting would change nothing.
                bool isFull = chosen.Count >= 2 && chosen.Count < tier.Count && tier.Count >= options.MergeFanIn;
                if ((isFull || chosen.Count >= (quiet ? 2 : options.MergeFanIn)) && chosen.Count > best.Count)
                {
                    best = chosen;
                }
            }
        }
        return best;
    }

    private static bool IsCandidate(Segment segment, EmbeddedStoreOptions options) =>
        !segment.IsExcluded && !segment.IsObsolete && !segment.BadGroups.AsSpan().Contains(true)
        && segment.Summary.Spans <= options.MergedSpans / LargeShare && segment.Length <= options.MergedBytes / LargeShare;

    private static IEnumerable<List<Segment>> Tiers(List<Segment> segments, EmbeddedStoreOptions options) =>
        segments
            .GroupBy(segment => (int)Math.Log(Math.Max(segment.Summary.Spans, 1), options.MergeFanIn))
            .Select(tier => tier.ToList());

    /// <summary>The first segments that together stay within the bounds.</summary>
    private static List<Segment> Fitting(List<Segment> oldestFirst, EmbeddedStoreOptions options)
    {
        var chosen = new List<Segment>();
        long spans = 0;
        long bytes = 0;
        foreach (var segment in oldestFirst)
        {
            spans += segment.Summary.Spans;
            bytes += segment.Length;
            if (chosen.Count >= 2 * options.MergeFanIn || spans > options.MergedSpans || bytes > options.MergedBytes)
            {
                break;
            }
            chosen.Add(segment);
        }
        return chosen;
    }
}
