using Clew.Storage.Embedded.Retention;

namespace Clew.Storage.Embedded;

/// <summary>Where and within which bounds the embedded store works. Config: immutable.</summary>
public sealed record EmbeddedStoreOptions
{
    /// <summary>Absolute path of the store's own directory; it is created where it is not there. One process at a time.</summary>
    public required string Directory { get; init; }

    /// <summary>Bytes of pages and dictionaries kept in memory.</summary>
    public long PageCacheBytes { get; init; } = 64L << 20;

    /// <summary>Bytes of figures of whole segments kept in memory.</summary>
    public long FiguresCacheBytes { get; init; } = 24L << 20;

    /// <summary>
    /// Bytes of the index over segments kept in memory: about 2 for each trace, and 1.5 for each value that differs within a segment, of the
    /// attributes that are asked for by value. What has no room is found all the same, by asking the segments. 0: no index.
    /// </summary>
    public long IndexBytes { get; init; } = 64L << 20;

    /// <summary>Threads that one aggregation or search may use.</summary>
    public int ScanThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>Segments kept open (a file handle and a parsed footer each); more are opened only while all of these are being read.</summary>
    public int OpenSegments { get; init; } = 2048;

    /// <summary>How long traces are kept, by retention class. A class without a rule is kept for ever.</summary>
    public IReadOnlyList<RetentionRule> Retention { get; init; } = [];

    /// <summary>How often the store looks whether something is to be merged or has outlived its retention: more than 0, at most 49 days.</summary>
    public TimeSpan MaintenanceInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Segments are merged up to this many spans. A merge takes about 110 bytes of memory for each, and 30 bytes on disk.</summary>
    public int MergedSpans { get; init; } = 512 * 1024;

    /// <summary>Segments are merged up to this many bytes on disk.</summary>
    public long MergedBytes { get; init; } = 64L << 20;

    /// <summary>So many segments of about one size are merged to one, or as many as fit: fewer wait until nothing came for <see cref="QuietTime"/>.</summary>
    public int MergeFanIn { get; init; } = 8;

    /// <summary>When nothing came to a day for so long, what is left of it is merged however little it is.</summary>
    public TimeSpan QuietTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Spans in a row group of new segments; tests make it small.</summary>
    internal int GroupRows { get; init; } = Segments.SegmentFormat.GroupRows;
}
