using System.Runtime.CompilerServices;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Aggregating;
using Clew.Storage.Embedded.Compaction;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Searching;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded;

/// <summary>The segments at one moment, and the scan contract over them.</summary>
internal sealed class EmbeddedSnapshot(SegmentSet set, SegmentReaders readers, StoreHealth health, ForegroundGauge foreground) : ISpanSnapshot
{
    private bool disposed;

    public async IAsyncEnumerable<TraceHit> FindTracesAsync(TraceSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        await ValueTask.CompletedTask; // local files are read on the caller's thread
        using var merge = new TraceMerge(set.Of(search.Tenant), search, readers, health);
        while (merge.MoveNext(cancellationToken))
        {
            yield return merge.Current;
        }
    }

    public ValueTask<TraceFlags?> ReadTraceAsync(
        Tenant tenant, TraceId traceId, SpanBatchCopier destination, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        TraceFlags? flags = null;
        var rows = new List<int>();
        foreach (var segment in set.Of(tenant))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (segment.IsExcluded || Rent(segment) is not { } reader)
            {
                continue;
            }
            try
            {
                rows.Clear();
                reader.FindTrace(traceId, rows);
                if (rows.Count > 0 && ReadParts(segment, reader, traceId, rows, destination) is { } found)
                {
                    flags = (flags ?? TraceFlags.None) | found;
                }
            }
            catch (Exception failure) when (StoreHealth.IsDamage(failure))
            {
                health.SetAside(segment, failure);
            }
            finally
            {
                readers.Return(segment);
            }
        }
        return ValueTask.FromResult(flags);
    }

    public ValueTask AggregateAsync(AggregateResult result, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var request = result.Request;
        foreach (var segment in set.Of(request.Tenant))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (segment.IsExcluded
                || !request.Range.Overlaps(segment.Summary.FirstStart, segment.Summary.LastStart)
                || Rent(segment) is not { } reader)
            {
                continue;
            }
            try
            {
                Aggregate(segment, reader, result, cancellationToken);
            }
            catch (Exception failure) when (StoreHealth.IsDamage(failure))
            {
                health.SetAside(segment, failure);
            }
            finally
            {
                readers.Return(segment);
            }
        }
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            set.Release();
            foreground.Leave();
        }
    }

    private void Aggregate(Segment segment, SegmentReader reader, AggregateResult result, CancellationToken cancellationToken)
    {
        using var aggregator = new SegmentAggregator(reader, result.Request, segment);
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
            }
        }
        aggregator.Complete(result);
        result.SpansScanned += aggregator.RowsScanned;
    }

    private static TraceFlags? ReadParts(Segment segment, SegmentReader reader, TraceId traceId, List<int> rows, SpanBatchCopier destination)
    {
        TraceFlags? flags = null;
        using var traces = new TraceRows(reader);
        foreach (int trace in rows)
        {
            if (traces.Id(trace) != traceId || segment.Deletions?.Contains(trace) == true)
            {
                continue;
            }
            var spans = traces.Spans(trace);
            int first = spans.Start / reader.Directory.GroupRows;
            int last = (spans.End - 1) / reader.Directory.GroupRows;
            if (segment.BadGroups.AsSpan(first, last - first + 1).Contains(true))
            {
                continue;
            }
            // Decoded whole before anything is handed over.
            var batch = new SpanBatch();
            using var decoder = new SpanDecoder(reader, batch);
            decoder.Decode(traceId, spans);
            destination.Begin(batch);
            for (int i = 0; i < batch.Count; i++)
            {
                destination.Copy(i);
            }
            flags = (flags ?? TraceFlags.None) | traces.Flags(trace);
        }
        return flags;
    }

    private SegmentReader? Rent(Segment segment)
    {
        try
        {
            return readers.Rent(segment);
        }
        catch (SegmentDamagedException failure)
        {
            health.SetAside(segment, failure);
            return null;
        }
    }
}
