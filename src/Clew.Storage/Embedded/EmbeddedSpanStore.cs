using Clew.Core.Columns;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Aggregating;
using Clew.Storage.Embedded.Compaction;
using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Index;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Recovery;
using Clew.Storage.Embedded.Retention;
using Clew.Storage.Embedded.Segments;
using Microsoft.Extensions.Logging;

namespace Clew.Storage.Embedded;

/// <summary>
/// The store within the process: immutable columnar segments in a directory and a manifest that names them.
/// </summary>
/// <remarks>
/// <para>An append: 1. traces are ordered and divided by <see cref="TimePartition"/>, one segment each (the disk is not touched yet);
/// 2. segments are written and synced; 3. the manifest is replaced, which makes all of them visible at once and the append's number known; 4. new snapshots see them.
/// Appends run one at a time. A failure in 2 removes what was written. A failure in 3 leaves open whether the manifest was replaced, so the
/// files stay until the next append has replaced it for certain.</para>
/// <para>A damaged row group is left out of answers, and with it the traces that have spans in it; damage to anything that the whole
/// segment needs leaves out the segment. Both are logged and told in the statistics; files are never changed.</para>
/// <para>Merging, retention and deletion: <see cref="StoreMaintenance"/>, <see cref="TraceDeleter"/>.</para>
/// <para>Memory: the page cache, cached figures, the index over segments, open footers (all bounded by the options), about 300 bytes a segment, and while appending a few times
/// the batch's strings; while merging what <see cref="SegmentMerger"/> says.</para>
/// </remarks>
public sealed class EmbeddedSpanStore : ISpanStore
{
    private readonly IFileLayer files;
    private readonly string root;
    private readonly int groupRows;
    private readonly TimeProvider? clock;
    private readonly int scanThreads;
    private readonly StoreHealth health;
    private readonly FiguresCache figures;
    private readonly SegmentReaders readers;
    private readonly SegmentFiles segmentFiles;
    private readonly SegmentIndex index;
    private readonly SegmentCatalog catalog;
    private readonly TraceDeleter deleter;
    private readonly StoreMaintenance maintenance;
    private readonly ForegroundGauge foreground = new();
    private readonly SegmentWriter writer = new();
    private readonly SemaphoreSlim changing = new(1, 1);
    private readonly CancellationTokenSource closing = new();
    private Task background = Task.CompletedTask;
    private bool disposed;

    private EmbeddedSpanStore(EmbeddedStoreOptions options, IFileLayer files, ILogger logger, TimeProvider? clock, ITraceArranger? arranger)
    {
        this.clock = clock;
        this.files = files;
        root = options.Directory;
        groupRows = options.GroupRows;
        scanThreads = options.ScanThreads;
        figures = new FiguresCache(options.FiguresCacheBytes);
        health = new StoreHealth(logger);
        readers = new SegmentReaders(files, root, new PageCache(options.PageCacheBytes), options.OpenSegments);
        segmentFiles = new SegmentFiles(files, root);
        var recovered = new StoreRecovery(files, root).Run();
        foreach (string problem in recovered.Problems)
        {
            health.Add(problem);
        }
        if (recovered.LeftoversRemoved > 0)
        {
            health.Removed(recovered.LeftoversRemoved);
        }
        index = new SegmentIndex(readers, options.IndexBytes, clock ?? TimeProvider.System);
        catalog = new SegmentCatalog(files, root, readers, segmentFiles, index, recovered);
        index.Load(files, root, catalog.All);
        deleter = new TraceDeleter(files, root, catalog, readers, health);
        maintenance = new StoreMaintenance(
            options, catalog, readers, segmentFiles, new DeletionWriter(files, root), changing, foreground, health, clock ?? TimeProvider.System, arranger);
    }

    public SpanSourceCapabilities Capabilities =>
        SpanSourceCapabilities.IntrinsicComparison | SpanSourceCapabilities.AttributeComparison
        | SpanSourceCapabilities.AnyOf | SpanSourceCapabilities.Aggregation;

    public SpanStoreCapabilities StoreCapabilities => SpanStoreCapabilities.Durable | SpanStoreCapabilities.Deletion;

    public AppendId? LastAppend => catalog.LastAppend;

    /// <summary>Opens a directory, bringing it into order first.</summary>
    /// <param name="options">Where and within which bounds.</param>
    /// <param name="files">The files.</param>
    /// <param name="logger">Where problems are told.</param>
    /// <param name="clock">
    /// With a clock the store looks after itself in the background and knows the present when it divides traces by time; without one it
    /// looks after itself only when asked to, and takes the middle of what it is given for the present.
    /// </param>
    /// <param name="arranger">What parts of a trace are put together with; without one nothing is merged.</param>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be used.</exception>
    public static EmbeddedSpanStore Open(
        EmbeddedStoreOptions options, IFileLayer files, ILogger<EmbeddedSpanStore> logger, TimeProvider? clock = null, ITraceArranger? arranger = null)
    {
        var store = new EmbeddedSpanStore(options, files, logger, clock, arranger);
        if (clock is not null)
        {
            store.background = Task.WhenAll(
                Task.Run(() => store.LookAfterItselfAsync(options.MaintenanceInterval, clock)), Task.Run(store.KeepIndexedAsync));
        }
        return store;
    }

    public ISpanSnapshot Snapshot()
    {
        var set = catalog.Acquire();
        foreground.Enter();
        return new EmbeddedSnapshot(set, readers, health, foreground, figures, index, scanThreads);
    }

    public async ValueTask AppendAsync(Tenant tenant, TraceBatch traces, AppendId append, CancellationToken cancellationToken)
    {
        foreground.Enter();
        try
        {
            await changing.WaitAsync(cancellationToken);
            try
            {
                ObjectDisposedException.ThrowIf(disposed, this);
                cancellationToken.ThrowIfCancellationRequested();
                Append(tenant, traces, append);
            }
            finally
            {
                changing.Release();
            }
        }
        finally
        {
            foreground.Leave();
        }
    }

    public async ValueTask<int> DeleteTracesAsync(Tenant tenant, IReadOnlyCollection<TraceId> traceIds, CancellationToken cancellationToken)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return deleter.Delete(tenant, traceIds, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"Traces cannot be deleted: {failure.Message}", failure);
        }
        finally
        {
            changing.Release();
        }
    }

    public void FindHeld(Tenant tenant, TimeRange starts, ReadOnlySpan<TraceId> traceIds, Span<bool> mayHold)
    {
        using var set = new HeldSet(catalog.Acquire());
        HeldTraces.Find(set.Segments.Of(tenant), starts, traceIds, mayHold, readers, health);
    }

    /// <summary>
    /// Deletes what has outlived its retention, merges what is to be merged and brings the index up to date, now. Not while the store does so
    /// by itself.
    /// </summary>
    public async Task MaintainAsync(CancellationToken cancellationToken)
    {
        await maintenance.RunAsync(cancellationToken);
        await IndexAsync(cancellationToken);
    }

    /// <summary>Brings the index over segments up to date, now. Not while the store does so by itself.</summary>
    public Task IndexAsync(CancellationToken cancellationToken) => index.BuildAsync(catalog.Acquire, null, cancellationToken);

    public SpanStoreStatistics GetStatistics()
    {
        long spans = 0;
        long traces = 0;
        long bytes = 0;
        long deleted = 0;
        int count = 0;
        foreach (var segment in catalog.All)
        {
            if (!segment.IsExcluded)
            {
                count++;
                var deletions = segment.Deletions;
                spans += segment.Summary.Spans - (deletions?.Spans ?? 0);
                traces += segment.Summary.Traces - (deletions?.Traces.Count ?? 0);
                deleted += deletions?.Traces.Count ?? 0;
                bytes += segment.Length;
            }
        }
        return new SpanStoreStatistics(spans, traces, count, bytes, health.Problems)
        {
            DeletedTraces = deleted,
            IndexBytes = index.Bytes,
            Merges = maintenance.Merges,
            MergingSegments = maintenance.Merging,
            IsSettled = maintenance.IsSettled,
            ExpiredSegments = maintenance.Expired,
            Bounds = [readers.Cache.Use, figures.Use, index.Usage, readers.Use, maintenance.Use],
        };
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await background;
        await changing.WaitAsync();
        if (!disposed)
        {
            disposed = true;
            index.Store(files, root, catalog.All);
            catalog.Dispose();
        }
        changing.Release();
    }

    private async Task LookAfterItselfAsync(TimeSpan interval, TimeProvider clock)
    {
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(closing.Token))
            {
                await maintenance.RunAsync(closing.Token);
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The store closes.
        }
    }

    private async Task KeepIndexedAsync()
    {
        try
        {
            await index.RunAsync(catalog.Acquire, foreground, closing.Token);
        }
        catch (Exception failure) when (closing.IsCancellationRequested && failure is OperationCanceledException or ObjectDisposedException)
        {
            // The store closes.
        }
    }

    private void Append(Tenant tenant, TraceBatch traces, AppendId append)
    {
        if (append != AppendId.None)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(append, catalog.LastAppend ?? AppendId.None);
        }
        // 1
        var images = Encode(tenant, traces);
        if (images.Count == 0 && append == AppendId.None)
        {
            return;
        }
        var added = new List<ManifestEntry>();
        bool replacing = false;
        try
        {
            // 2
            foreach (var image in images)
            {
                added.Add(segmentFiles.Write(image));
            }
            segmentFiles.SyncDirectories(added.Select(entry => entry.Path));

            // 3, 4
            replacing = true;
            catalog.Commit([], added, append: append);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!replacing)
            {
                added.ForEach(entry => segmentFiles.Delete(entry.Path));
            }
            health.WritingFailed(failure);
            throw new StoreUnavailableException($"Spans cannot be stored: {failure.Message}", failure) { IsUndecided = replacing };
        }
        health.WritingWorks();
    }

    private List<SegmentImage> Encode(Tenant tenant, TraceBatch traces)
    {
        var days = TraceOrder.ByPartition(traces, clock is null ? null : UnixTime.Of(clock.GetUtcNow()));
        long sequence = catalog.NextSequence();
        writer.Reset();
        var images = new List<SegmentImage>();
        foreach (var (day, rows) in days)
        {
            images.Add(writer.Write(traces, rows, new SegmentSummary
            {
                Tenant = tenant.Name,
                RetentionClass = RetentionRule.DefaultClass,
                Day = day,
                Sequence = sequence,
                Part = images.Count,
                Parts = days.Count,
                GroupRows = groupRows,
                Spans = 0,
                Traces = 0,
                FirstStart = 0,
                LastStart = 0,
                OldestTrace = 0,
                NewestTrace = 0,
                HasPartialTraces = false,
                PlainTimes = false,
            }));
        }
        return images;
    }
}
