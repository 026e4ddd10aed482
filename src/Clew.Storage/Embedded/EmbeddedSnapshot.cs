using System.Runtime.CompilerServices;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Aggregating;
using Clew.Storage.Embedded.Compaction;
using Clew.Storage.Embedded.Index;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Searching;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded;

/// <summary>The segments at one moment, and the scan contract over them.</summary>
internal sealed class EmbeddedSnapshot(
    SegmentSet set, SegmentReaders readers, StoreHealth health, ForegroundGauge foreground, FiguresCache cache, SegmentIndex index, int threads) : ISpanSnapshot
{
    /// <summary>
    /// How far a damaged segment's spans may lie from a trace's in time and still be suspected to belong to it, in nanoseconds: one hour.
    /// </summary>
    private const ulong Suspicion = 3_600_000_000_000;

    /// <summary>Spans of the largest trace whose memory is kept for the next.</summary>
    private const int LargestSpare = 10_000;

    private readonly ScanReport report = new();
    private SpanBatch? spare; // of the last trace read, for the next one
    private bool disposed;

    public string? Incomplete => report.Incomplete;

    public ScanCounters Counters => report.Counters;

    public string? Unreadable(Tenant tenant)
    {
        var damage = new ScanReport();
        foreach (var segment in set.Of(tenant))
        {
            if (segment.IsExcluded)
            {
                damage.Lost(segment);
            }
        }
        return damage.Incomplete;
    }

    public async IAsyncEnumerable<TraceHit> FindTracesAsync(TraceSearch search, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        using var merge = new TraceMerge(set.Of(search.Tenant), search, readers, health, report, cache, index, threads);
        while (await merge.MoveNextAsync(cancellationToken))
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
        var times = new Extent();
        ulong hash = traceId.Mix();
        foreach (var segment in set.Of(tenant))
        {
            if (segment.IsExcluded || !SegmentIndex.MayHoldTrace(segment, hash))
            {
                continue;
            }
            cancellationToken.ThrowIfCancellationRequested();
            if (Rent(segment) is not { } reader)
            {
                continue;
            }
            try
            {
                rows.Clear();
                reader.FindTrace(traceId, rows);
                if (rows.Count > 0 && ReadParts(segment, reader, traceId, rows, destination, times) is { } found)
                {
                    flags = (flags ?? TraceFlags.None) | found;
                }
            }
            catch (Exception failure) when (StoreHealth.IsDamage(failure))
            {
                health.SetAside(segment, failure);
                report.Failed(segment);
            }
            finally
            {
                readers.Return(segment);
            }
        }
        foreach (var segment in set.Of(tenant))
        {
            if (segment.IsExcluded && times.IsNear(segment.Summary))
            {
                report.Lost(segment);
            }
        }
        return ValueTask.FromResult(flags);
    }

    public ValueTask AggregateAsync(AggregateResult result, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var run = new SegmentsAggregation(set.Of(result.Request.Tenant), result, readers, health, cache, index, report);
        return run.RunAsync(threads, cancellationToken);
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

    private TraceFlags? ReadParts(
        Segment segment, SegmentReader reader, TraceId traceId, List<int> rows, SpanBatchCopier destination, Extent times)
    {
        TraceFlags? flags = null;
        using var traces = new TraceRows(reader);
        foreach (int trace in rows)
        {
            traces.Expect(trace);
        }
        reader.ExpectShared();
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
                report.LostGroup(segment);
                continue;
            }
            // Decoded whole before anything is handed over.
            var batch = Interlocked.Exchange(ref spare, null) ?? new SpanBatch();
            batch.Clear();
            using var decoder = new SpanDecoder(reader, batch);
            decoder.Decode(traceId, spans);
            destination.Begin(batch);
            for (int i = 0; i < batch.Count; i++)
            {
                destination.Copy(i);
                times.Add(batch.Spans.StartTimes[i]);
            }
            if (batch.Count <= LargestSpare)
            {
                spare = batch;
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

    /// <summary>When the spans of a trace start.</summary>
    private sealed class Extent
    {
        private ulong first = ulong.MaxValue;
        private ulong last;

        public void Add(ulong start)
        {
            first = Math.Min(first, start);
            last = Math.Max(last, start);
        }

        /// <summary>True where spans that are lost with a segment may belong to the trace.</summary>
        public bool IsNear(SegmentSummary lost)
        {
            ulong from = lost.FirstStart - Math.Min(lost.FirstStart, Suspicion);
            ulong to = lost.LastStart + Math.Min(ulong.MaxValue - lost.LastStart, Suspicion);
            return first <= last && last >= from && first <= to;
        }
    }
}
