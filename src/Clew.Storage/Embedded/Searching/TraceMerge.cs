using Clew.Core.Scan;
using Clew.Storage.Embedded.Aggregating;
using Clew.Storage.Embedded.Index;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Searching;

/// <summary>
/// Merges the searches of several segments, newest first. A segment is opened only when its newest trace could come next, not where the
/// index says that it has no such value, and not again where the same conditions found nothing in it before.
/// </summary>
internal sealed class TraceMerge : IDisposable
{
    private readonly List<Segment> segments;
    private readonly TraceSearch search;
    private readonly SegmentReaders readers;
    private readonly StoreHealth health;
    private readonly ScanReport report;
    private readonly FiguresCache figures;
    private readonly SegmentProbe? probe;
    private readonly SpanAggregation counting;
    private readonly AggregationKey key;
    private readonly PriorityQueue<(Segment Segment, SegmentSearch Search), TracePosition> waiting = new();
    private (Segment Segment, SegmentSearch Search)? last; // reported, not moved on yet
    private int next;

    public TraceMerge(
        Segment[] newestFirst, TraceSearch search, SegmentReaders readers, StoreHealth health, ScanReport report, FiguresCache figures, SegmentIndex index)
    {
        probe = SegmentProbe.Of(search.Predicates, index);
        this.report = report;
        this.figures = figures;
        counting = new SpanAggregation { Tenant = search.Tenant, Range = search.Range, Predicates = search.Predicates };
        key = new AggregationKey(counting);
        this.search = search;
        this.readers = readers;
        this.health = health;
        segments = [.. newestFirst.Where(IsWanted)];
        report.Skipped(newestFirst.Length);
    }

    public TraceHit Current { get; private set; }

    public bool MoveNext(CancellationToken cancellationToken)
    {
        if (last is { } moved)
        {
            last = null;
            Advance(moved.Segment, moved.Search, cancellationToken);
        }
        while (next < segments.Count
            && (!waiting.TryPeek(out _, out var best) || segments[next].Summary.NewestTrace >= best.StartTime))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Open(segments[next++], cancellationToken);
        }
        if (!waiting.TryDequeue(out var first, out _))
        {
            return false;
        }
        last = first;
        Current = first.Search.Current;
        return true;
    }

    public void Dispose()
    {
        if (last is { } reported)
        {
            Close(reported.Segment, reported.Search);
            last = null;
        }
        while (waiting.TryDequeue(out var entry, out _))
        {
            Close(entry.Segment, entry.Search);
        }
    }

    private void Close(Segment segment, SegmentSearch ended)
    {
        ended.Dispose();
        readers.Return(segment);
    }

    private bool IsWanted(Segment segment)
    {
        var summary = segment.Summary;
        bool onlyNewer = search.Before is { } before && !summary.HasPartialTraces && summary.OldestTrace > before.StartTime;
        bool isWanted = !onlyNewer && search.Range.Overlaps(summary.FirstStart, summary.LastStart);
        if (isWanted && segment.IsExcluded)
        {
            report.Lost(segment);
        }
        return isWanted && !segment.IsExcluded;
    }

    /// <summary>What a count of the same conditions says: segments do not change, so one in which nobody was found needs no second look.</summary>
    private bool IsKnownToBeEmpty(Segment segment) => IsWholeInRange(segment) && figures.Find(segment, key) is { Count: 0 };

    private bool IsWholeInRange(Segment segment) =>
        search.Range.Contains(segment.Summary.FirstStart) && search.Range.Contains(segment.Summary.LastStart);

    private void Open(Segment segment, CancellationToken cancellationToken)
    {
        if (probe?.MayMatch(segment) == false || IsKnownToBeEmpty(segment))
        {
            return;
        }
        SegmentSearch opened;
        bool rented = false;
        try
        {
            var reader = readers.Rent(segment);
            rented = true;
            opened = new SegmentSearch(reader, search, segment, report);
        }
        catch (Exception failure) when (StoreHealth.IsDamage(failure))
        {
            health.SetAside(segment, failure);
            report.Failed(segment);
            if (rented)
            {
                readers.Return(segment);
            }
            return;
        }
        catch
        {
            if (rented)
            {
                readers.Return(segment);
            }
            throw;
        }
        Advance(segment, opened, cancellationToken);
    }

    /// <summary>Moves a search on; gives its reader back where it has ended.</summary>
    private void Advance(Segment segment, SegmentSearch moved, CancellationToken cancellationToken)
    {
        bool found = false;
        try
        {
            while (!segment.IsExcluded && !found)
            {
                try
                {
                    found = moved.MoveNext(cancellationToken);
                    break;
                }
                catch (Exception failure) when (StoreHealth.IsDamage(failure))
                {
                    health.SetAside(segment, failure);
                    report.Failed(segment);
                }
            }
        }
        finally
        {
            if (found)
            {
                waiting.Enqueue((segment, moved), moved.Current.Position);
            }
            else
            {
                if (moved.FoundNothing && IsWholeInRange(segment))
                {
                    figures.Add(segment, key, new AggregateResult(counting, 1), moved.Deletions);
                }
                Close(segment, moved);
            }
        }
    }
}
