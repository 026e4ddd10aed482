using System.Globalization;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded;

/// <summary>What a snapshot's scans cost and what they could not read. Safe from any thread. Bounded by the damaged segments.</summary>
internal sealed class ScanReport
{
    private readonly HashSet<Segment> lost = [];
    private readonly HashSet<Segment> holed = [];
    private long spans;
    private long scanned;
    private long skipped;

    public ScanCounters Counters =>
        new(Interlocked.Read(ref spans), Interlocked.Read(ref scanned), Interlocked.Read(ref skipped));

    /// <summary>Null, or what is missing in words.</summary>
    public string? Incomplete
    {
        get
        {
            lock (lost)
            {
                if (lost.Count + holed.Count == 0)
                {
                    return null;
                }
                long whole = lost.Sum(segment => (long)segment.Summary.Spans);
                long most = holed.Where(segment => !lost.Contains(segment))
                    .Sum(segment => (long)Math.Min(segment.Summary.Spans, segment.BadGroups.Count(bad => bad) * segment.Summary.GroupRows));
                return string.Create(CultureInfo.InvariantCulture,
                    $"Stored spans of that time are damaged and could not be read (up to {whole + most:#,0}, in {lost.Union(holed).Count()} files); they may be missing.");
            }
        }
    }

    public void Lost(Segment segment)
    {
        lock (lost)
        {
            lost.Add(segment);
        }
    }

    public void LostGroup(Segment segment)
    {
        lock (lost)
        {
            holed.Add(segment);
        }
    }

    /// <summary>After a failure was told to <see cref="StoreHealth"/>: what of the segment is lost by it.</summary>
    public void Failed(Segment segment)
    {
        if (segment.IsExcluded)
        {
            Lost(segment);
        }
        else
        {
            LostGroup(segment);
        }
    }

    public void Skipped(int segments) => Interlocked.Add(ref skipped, segments);

    /// <summary>A segment that counted as skipped so far has been looked at.</summary>
    public void Looked()
    {
        Interlocked.Decrement(ref skipped);
        Interlocked.Increment(ref scanned);
    }

    public void Spans(long count) => Interlocked.Add(ref spans, count);
}
