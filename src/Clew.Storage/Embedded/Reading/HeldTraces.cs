using Clew.Core.Model;
using Clew.Storage.Embedded.Index;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>Asks many segments for many traces at once, by their indexes alone.</summary>
internal static class HeldTraces
{
    /// <summary>Says of which traces a segment may hold spans that start in the range; a damaged segment, which cannot be asked, has none.</summary>
    public static void Find(
        IReadOnlyList<Segment> segments, TimeRange starts, ReadOnlySpan<TraceId> traceIds, Span<bool> mayHold, SegmentReaders readers, StoreHealth health)
    {
        mayHold[..traceIds.Length].Clear();
        var rows = new List<int>();
        var asked = new List<int>();
        foreach (var segment in segments)
        {
            if (segment.IsExcluded || !starts.Overlaps(segment.Summary.FirstStart, segment.Summary.LastStart))
            {
                continue;
            }
            // Most are answered without a look at the segment.
            asked.Clear();
            for (int i = 0; i < traceIds.Length; i++)
            {
                if (!mayHold[i] && SegmentIndex.MayHoldTrace(segment, traceIds[i].Mix()))
                {
                    asked.Add(i);
                }
            }
            if (asked.Count == 0)
            {
                continue;
            }
            SegmentReader? reader = null;
            try
            {
                reader = readers.Rent(segment);
                var deletions = segment.Deletions;
                foreach (int i in asked)
                {
                    rows.Clear();
                    reader.FindTrace(traceIds[i], rows);
                    mayHold[i] = rows.Exists(row => deletions?.Contains(row) != true);
                }
            }
            catch (Exception failure) when (StoreHealth.IsDamage(failure))
            {
                health.SetAside(segment, failure);
            }
            finally
            {
                if (reader is not null)
                {
                    readers.Return(segment);
                }
            }
        }
    }
}
