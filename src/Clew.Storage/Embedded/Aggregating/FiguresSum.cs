using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>
/// Figures of many whole segments in one: what is asked again and again costs what is new since. Immutable. Bounded by
/// <see cref="FiguresCache.MostGroups"/> groups, and two references a segment.
/// </summary>
/// <param name="Members">The segments, in their order in the set.</param>
/// <param name="Deletions">What was deleted from each when it was counted.</param>
/// <param name="Figures">The sum.</param>
internal sealed record FiguresSum(Segment[] Members, DeletionList?[] Deletions, AggregateResult Figures)
{
    /// <summary>Fewer segments are added one by one.</summary>
    private const int Fewest = 4;

    /// <summary>
    /// Adds the figures of whole segments that are known. Returns the segments that are left to be looked at, in their order.
    /// </summary>
    public static Segment[] Add(Segment[] segments, AggregationKey key, FiguresCache cache, AggregateResult into)
    {
        var request = into.Request;
        if (segments.Length < Fewest || into.Plan.Sketched.Count > 0)
        {
            return segments;
        }
        var known = cache.FindSum(key);
        var missing = new List<Segment>();
        if (known is not null && known.IsPartOf(segments, request.Range, missing))
        {
            if (missing.Count == 0)
            {
                into.Merge(known.Figures);
                return [];
            }
        }
        else
        {
            known = null;
            missing = [.. segments];
        }
        var found = new HashSet<Segment>();
        var sum = new AggregateResult(request, FiguresCache.MostGroups);
        if (known is not null)
        {
            sum.Merge(known.Figures);
        }
        var deletions = new Dictionary<Segment, DeletionList?>();
        for (int i = 0; i < missing.Count && !sum.GroupsLeftOut; i++)
        {
            if (IsWhole(missing[i], request.Range) && cache.Find(missing[i], key, out var deleted) is { } figures)
            {
                sum.Merge(figures);
                found.Add(missing[i]);
                deletions.Add(missing[i], deleted);
            }
        }
        if (sum.GroupsLeftOut)
        {
            return segments; // too many to be added up ahead
        }
        into.Merge(sum);
        if (found.Count > 0)
        {
            for (int i = 0; i < known?.Members.Length; i++)
            {
                deletions.Add(known.Members[i], known.Deletions[i]);
            }
            Segment[] members = [.. segments.Where(deletions.ContainsKey)];
            cache.AddSum(key, new FiguresSum(members, [.. members.Select(member => deletions[member])], sum));
        }
        return [.. missing.Where(segment => !found.Contains(segment))];
    }

    private static bool IsWhole(Segment segment, TimeRange range) =>
        !segment.IsExcluded && range.Contains(segment.Summary.FirstStart) && range.Contains(segment.Summary.LastStart);

    /// <summary>True where all members are among the segments, whole and unchanged; then the others are added to the list.</summary>
    private bool IsPartOf(Segment[] segments, TimeRange range, List<Segment> others)
    {
        int member = 0;
        foreach (var segment in segments)
        {
            if (member == Members.Length || segment != Members[member])
            {
                others.Add(segment);
            }
            else if (!IsWhole(segment, range) || !ReferenceEquals(segment.Deletions, Deletions[member++]))
            {
                return false;
            }
        }
        return member == Members.Length;
    }
}
