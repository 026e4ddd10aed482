using Clew.Core.Columns;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Reading;
using Clew.Storage.Embedded.Recovery;
using Clew.Storage.Embedded.Segments;
using Microsoft.Extensions.Logging;

namespace Clew.Storage.Embedded;

/// <summary>
/// The store within the process: immutable columnar segments in a directory and a manifest that names them.
/// </summary>
/// <remarks>
/// <para>An append: 1. traces are ordered and divided by UTC day of their start, one segment each (the disk is not touched yet);
/// 2. segments are written and synced; 3. the manifest is replaced, which makes all of them visible at once; 4. new snapshots see them.
/// Appends run one at a time. A failure in 2 removes what was written. A failure in 3 leaves open whether the manifest was replaced, so the
/// files stay until the next append has replaced it for certain.</para>
/// <para>A damaged row group is left out of answers, and with it the traces that have spans in it; damage to anything that the whole
/// segment needs leaves out the segment. Both are logged and told in the statistics; files are never changed.</para>
/// <para>Memory: the page cache, open footers (both bounded by the options), about 300 bytes a segment, and while appending a few times
/// the batch's strings.</para>
/// </remarks>
public sealed class EmbeddedSpanStore : ISpanStore
{
    private const string DefaultRetentionClass = "default";

    private readonly IFileLayer files;
    private readonly string root;
    private readonly int groupRows;
    private readonly StoreHealth health;
    private readonly SegmentReaders readers;
    private readonly SegmentFiles segmentFiles;
    private readonly SegmentWriter writer = new();
    private readonly SemaphoreSlim appending = new(1, 1);
    private readonly Lock swapping = new();
    private readonly List<string> undecided = []; // files that a manifest of unknown fate may name
    private SegmentSet current;
    private long nextSequence;
    private long nextId;
    private bool disposed;

    private EmbeddedSpanStore(EmbeddedStoreOptions options, IFileLayer files, ILogger logger)
    {
        this.files = files;
        root = options.Directory;
        groupRows = options.GroupRows;
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
        nextSequence = recovered.Manifest.NextSequence;
        var segments = recovered.Manifest.Segments.Select(entry => NewSegment(entry.Path, entry.Length, entry.Summary)).ToList();
        segments.ForEach(segment => segment.IsExcluded = recovered.Unusable.Contains(segment.Path));
        current = new SegmentSet(segments, readers.Forget);
    }

    public SpanSourceCapabilities Capabilities =>
        SpanSourceCapabilities.IntrinsicComparison | SpanSourceCapabilities.AttributeComparison
        | SpanSourceCapabilities.AnyOf | SpanSourceCapabilities.Aggregation;

    public SpanStoreCapabilities StoreCapabilities => SpanStoreCapabilities.Durable;

    /// <summary>Opens a directory, bringing it into order first.</summary>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be used.</exception>
    public static EmbeddedSpanStore Open(EmbeddedStoreOptions options, IFileLayer files, ILogger<EmbeddedSpanStore> logger) =>
        new(options, files, logger);

    public ISpanSnapshot Snapshot()
    {
        lock (swapping)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            current.Acquire();
            return new EmbeddedSnapshot(current, readers, health);
        }
    }

    public async ValueTask AppendAsync(Tenant tenant, TraceBatch traces, CancellationToken cancellationToken)
    {
        await appending.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            cancellationToken.ThrowIfCancellationRequested();
            Append(tenant, traces);
        }
        finally
        {
            appending.Release();
        }
    }

    public SpanStoreStatistics GetStatistics()
    {
        var segments = current.All;
        long spans = 0;
        long traces = 0;
        long bytes = 0;
        int count = 0;
        foreach (var segment in segments)
        {
            if (!segment.IsExcluded)
            {
                count++;
                spans += segment.Summary.Spans;
                traces += segment.Summary.Traces;
                bytes += segment.Length;
            }
        }
        return new SpanStoreStatistics(spans, traces, count, bytes, health.Problems);
    }

    public async ValueTask DisposeAsync()
    {
        await appending.WaitAsync();
        lock (swapping)
        {
            if (!disposed)
            {
                disposed = true;
                current.Release();
            }
        }
        appending.Release();
    }

    private void Append(Tenant tenant, TraceBatch traces)
    {
        // 1
        var images = Encode(tenant, traces);
        if (images.Count == 0)
        {
            return;
        }
        var paths = new List<string>();
        bool replacing = false;
        try
        {
            // 2
            foreach (var image in images)
            {
                paths.Add(segmentFiles.Write(image));
            }
            segmentFiles.SyncDirectories(paths);

            // 3
            replacing = true;
            var added = images.Select((image, i) => new ManifestEntry(paths[i], image.Length, image.Summary)).ToList();
            new Manifest(nextSequence, [.. current.All.Select(Entry), .. added]).Write(files, root);
            Publish(added);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (replacing)
            {
                undecided.AddRange(paths);
            }
            else
            {
                paths.ForEach(path => segmentFiles.TryDelete(path));
            }
            health.WritingFailed(failure);
            throw new StoreUnavailableException($"Spans cannot be stored: {failure.Message}", failure);
        }
        undecided.ForEach(path => segmentFiles.TryDelete(path));
        undecided.Clear();
        health.WritingWorks();
    }

    private List<SegmentImage> Encode(Tenant tenant, TraceBatch traces)
    {
        var days = TraceOrder.ByDay(traces);
        long sequence = nextSequence++; // never used again, even after a failure
        var images = new List<SegmentImage>();
        foreach (var (day, rows) in days)
        {
            images.Add(writer.Write(traces, rows, new SegmentSummary
            {
                Tenant = tenant.Name,
                RetentionClass = DefaultRetentionClass,
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

    private void Publish(List<ManifestEntry> added)
    {
        // 4
        var next = new SegmentSet(
            [.. current.All, .. added.Select(entry => NewSegment(entry.Path, entry.Length, entry.Summary))], readers.Forget);
        SegmentSet old;
        lock (swapping)
        {
            old = current;
            current = next;
        }
        old.Release();
    }

    private Segment NewSegment(string path, long length, SegmentSummary summary) => new(++nextId, path, length, summary);

    private static ManifestEntry Entry(Segment segment) => new(segment.Path, segment.Length, segment.Summary);
}
