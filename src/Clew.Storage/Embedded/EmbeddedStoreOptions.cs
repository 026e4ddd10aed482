namespace Clew.Storage.Embedded;

/// <summary>Where and within which bounds the embedded store works. Config: immutable.</summary>
public sealed record EmbeddedStoreOptions
{
    /// <summary>Absolute path of the store's own directory; it is created where it is not there. One process at a time.</summary>
    public required string Directory { get; init; }

    /// <summary>Bytes of pages and dictionaries kept in memory.</summary>
    public long PageCacheBytes { get; init; } = 64L << 20;

    /// <summary>Segments kept open (a file handle and a parsed footer each); more are opened only while all of these are being read.</summary>
    public int OpenSegments { get; init; } = 512;

    /// <summary>Spans in a row group of new segments; tests make it small.</summary>
    internal int GroupRows { get; init; } = Segments.SegmentFormat.GroupRows;
}
