using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Retention;

/// <summary>Finds the segments that have outlived their retention: whole ones, the oldest first.</summary>
internal static class RetentionPolicy
{
    /// <param name="segments">All segments.</param>
    /// <param name="rules">What is kept.</param>
    /// <param name="now">Unix nanoseconds.</param>
    public static List<Segment> Expired(IReadOnlyList<Segment> segments, IReadOnlyList<RetentionRule> rules, ulong now)
    {
        var expired = new List<Segment>();
        foreach (var rule in rules)
        {
            var oldestFirst = segments
                .Where(segment => segment.Summary.RetentionClass == rule.Class)
                .OrderBy(segment => segment.Summary.NewestTrace)
                .ThenBy(segment => segment.Summary.Sequence)
                .ToList();
            ulong age = rule.MaxAge is { } maxAge ? (ulong)Math.Clamp(maxAge.Ticks, 0, long.MaxValue / 100) * 100 : ulong.MaxValue;
            ulong first = now > age ? now - age : 0; // what began before goes
            long excess = rule.MaxBytes is { } maxBytes ? oldestFirst.Sum(segment => segment.Length) - maxBytes : 0;
            foreach (var segment in oldestFirst)
            {
                if (segment.Summary.NewestTrace < first || excess > 0)
                {
                    expired.Add(segment);
                    excess -= segment.Length;
                }
            }
        }
        return [.. expired.Distinct()];
    }
}
