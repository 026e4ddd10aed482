using Clew.Core.Scan;
using Clew.Storage.Embedded.Aggregating;
using Clew.Storage.Embedded.Index;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Searching;

/// <summary>
/// Merges the searches of several segments, newest first. A segment is opened only when its newest trace could come next, not where the
/// index says that it has no such value, and not again where the same conditions found nothing in it before.
/// </summary>
/// <remarks>
/// The newest segment is looked at alone: it often holds all that is wanted. From then on as many are opened at a time as there are
/// threads, each of which goes on to its first hit; what one finds too early waits.
/// </remarks>
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
    private readonly int threads;
    private (Segment Segment, SegmentSearch Search)? last; // reported, not moved on yet
    private int next;
    private int width = 1; // segments to open at a time

    public TraceMerge(
        Segment[] newestFirst, TraceSearch search, SegmentReaders readers, StoreHealth health, ScanReport report, FiguresCache figures, SegmentIndex index, int threads)
    {
        this.threads = threads;
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

    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (last is { } moved)
        {
            last = null;
            Wait(moved.Segment, Advance(moved.Segment, moved.Search, cancellationToken));
        }
        while (next < segments.Count && IsDue(segments[next]))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await OpenAsync(Due(), cancellationToken);
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

    private bool IsDue(Segment segment) => !waiting.TryPeek(out _, out var best) || segment.Summary.NewestTrace >= best.StartTime;

    /// <summary>The next segments to open, of those that may hold something.</summary>
    private List<Segment> Due()
    {
        var due = new List<Segment>(width);
        while (due.Count < width && next < segments.Count && IsDue(segments[next]))
        {
            var segment = segments[next++];
            if (probe?.MayMatch(segment) != false && !IsKnownToBeEmpty(segment))
            {
                due.Add(segment);
            }
        }
        return due;
    }

    /// <summary>Opens segments side by side. Nobody uses a reader any more when it returns.</summary>
    private async ValueTask OpenAsync(List<Segment> due, CancellationToken cancellationToken)
    {
        width = due.Count == 0 ? width : threads;
        if (due.Count <= 1)
        {
            due.ForEach(segment => Wait(segment, Open(segment, cancellationToken)));
            return;
        }
        var opening = new Task<SegmentSearch?>[due.Count];
        for (int i = 1; i < opening.Length; i++)
        {
            var segment = due[i];
            opening[i] = Task.Run(() => Open(segment, cancellationToken), CancellationToken.None);
        }
        opening[0] = Inline(() => Open(due[0], cancellationToken));
        await ((Task)Task.WhenAll(opening)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (int i = 0; i < opening.Length; i++)
        {
            if (opening[i].IsCompletedSuccessfully)
            {
                Wait(due[i], await opening[i]);
            }
        }
        foreach (var failed in opening)
        {
            await failed;
        }
    }

    /// <summary>Runs on the caller's thread and keeps the failure for later.</summary>
    private static Task<SegmentSearch?> Inline(Func<SegmentSearch?> work)
    {
        try
        {
            return Task.FromResult(work());
        }
        catch (Exception failure)
        {
            return Task.FromException<SegmentSearch?>(failure);
        }
    }

    private void Wait(Segment segment, SegmentSearch? found)
    {
        if (found is not null)
        {
            waiting.Enqueue((segment, found), found.Current.Position);
        }
    }

    /// <summary>A search that stands on the segment's first hit, or null where there is none.</summary>
    private SegmentSearch? Open(Segment segment, CancellationToken cancellationToken)
    {
        SegmentSearch opened;
        bool rented = false;
        try
        {
            var reader = readers.Rent(segment);
            rented = true;
            opened = new SegmentSearch(reader, search, segment, report);
        }
        catch (Exception failure)
        {
            if (rented)
            {
                readers.Return(segment);
            }
            if (!StoreHealth.IsDamage(failure))
            {
                throw;
            }
            health.SetAside(segment, failure);
            report.Failed(segment);
            return null;
        }
        return Advance(segment, opened, cancellationToken);
    }

    /// <summary>Moves a search on; where it has ended gives its reader back and returns null.</summary>
    private SegmentSearch? Advance(Segment segment, SegmentSearch moved, CancellationToken cancellationToken)
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
            if (!found)
            {
                if (moved.FoundNothing && IsWholeInRange(segment))
                {
                    figures.Add(segment, key, new AggregateResult(counting, 1), moved.Deletions);
                }
                Close(segment, moved);
            }
        }
        return found ? moved : null;
    }
}
