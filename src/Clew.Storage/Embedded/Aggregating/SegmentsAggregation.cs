using Clew.Core.Scan;
using Clew.Storage.Embedded.Index;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Aggregating;

/// <summary>
/// One aggregation over many segments, by as many threads as the store may use. Each thread takes the next segment and folds it into
/// figures of its own, which are merged in the end. What is known of whole segments comes first (<see cref="FiguresSum"/>). Bounded by the
/// groups of the result, times threads.
/// </summary>
internal sealed class SegmentsAggregation(
    Segment[] of, AggregateResult result, SegmentReaders readers, StoreHealth health, FiguresCache cache, SegmentIndex index, ScanReport report)
{
    private readonly SegmentProbe? probe = SegmentProbe.Of(result.Request.Predicates, index);
    private readonly SpanAggregation request = result.Request;
    private readonly AggregationKey key = new(result.Request);
    private readonly Lock merging = new();
    private Segment[] segments = of;
    private int next;

    /// <param name="threads">At most so many, the caller's included.</param>
    /// <param name="cancellationToken">Ends the work between two row groups.</param>
    public async ValueTask RunAsync(int threads, CancellationToken cancellationToken)
    {
        report.Skipped(segments.Length);
        segments = FiguresSum.Add(segments, key, cache, result);
        threads = Math.Min(threads, segments.Length);
        if (threads <= 1)
        {
            Work(result, cancellationToken);
            return;
        }
        // A failure of one ends the others: what they would find is of no use. Nobody may use a reader after the snapshot is given back.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = new Task[threads];
        for (int i = 1; i < threads; i++)
        {
            workers[i] = Task.Run(() => Help(ending), CancellationToken.None);
        }
        workers[0] = Inline(() => Help(ending));
        await Task.WhenAll(workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var worker in workers.OrderByDescending(worker => worker.IsFaulted))
        {
            await worker;
        }
    }

    /// <summary>Runs on the caller's thread and keeps the failure for later.</summary>
    private static Task Inline(Action work)
    {
        try
        {
            work();
            return Task.CompletedTask;
        }
        catch (Exception failure)
        {
            return Task.FromException(failure);
        }
    }

    private void Help(CancellationTokenSource ending)
    {
        var own = new AggregateResult(request, result.MaxGroups);
        try
        {
            Work(own, ending.Token);
        }
        catch
        {
            ending.Cancel();
            throw;
        }
        lock (merging)
        {
            result.Merge(own);
        }
    }

    private void Work(AggregateResult into, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int index = Interlocked.Increment(ref next) - 1;
            if (index >= segments.Length)
            {
                return;
            }
            Add(segments[index], into, cancellationToken);
        }
    }

    private void Add(Segment segment, AggregateResult into, CancellationToken cancellationToken)
    {
        if (!request.Range.Overlaps(segment.Summary.FirstStart, segment.Summary.LastStart))
        {
            return;
        }
        if (segment.IsExcluded)
        {
            report.Lost(segment);
            return;
        }
        bool isWhole = request.Range.Contains(segment.Summary.FirstStart) && request.Range.Contains(segment.Summary.LastStart);
        if (isWhole && cache.Find(segment, key) is { } known)
        {
            into.Merge(known);
            return;
        }
        if (probe?.MayMatch(segment) == false)
        {
            return;
        }
        bool rented = false;
        try
        {
            var reader = readers.Rent(segment);
            rented = true;
            Scan(segment, reader, into, isWhole, cancellationToken);
        }
        catch (Exception failure) when (StoreHealth.IsDamage(failure))
        {
            health.SetAside(segment, failure);
            report.Failed(segment);
        }
        finally
        {
            if (rented)
            {
                readers.Return(segment);
            }
        }
    }

    private void Scan(Segment segment, SegmentReader reader, AggregateResult into, bool isWhole, CancellationToken cancellationToken)
    {
        var deletions = segment.Deletions;
        using var aggregator = new SegmentAggregator(reader, into, segment);
        bool damaged = false;
        for (int group = 0; group < aggregator.Groups; group++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                aggregator.Add(group);
            }
            catch (SegmentDamagedException failure) when (failure.Group >= 0)
            {
                health.SetAside(segment, failure);
                damaged = true;
            }
        }
        damaged |= aggregator.MetLostGroup;
        if (isWhole && !damaged && aggregator.UsedSlots.Length <= FiguresCache.MostGroups)
        {
            var figures = new AggregateResult(request, FiguresCache.MostGroups);
            aggregator.Complete(figures);
            into.Merge(figures);
            cache.Add(segment, key, figures, deletions);
        }
        else
        {
            aggregator.Complete(into);
        }
        if (damaged)
        {
            report.LostGroup(segment);
        }
        if (aggregator.RowsScanned > 0)
        {
            report.Looked();
            into.SpansScanned += aggregator.RowsScanned;
        }
    }
}
