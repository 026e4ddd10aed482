namespace Clew.Storage.Embedded.Segments;

/// <summary>Constants of the segment format. Keep in sync with docs/formats/segment.md.</summary>
internal static class SegmentFormat
{
    /// <summary>The version written. Version 1 has no packing of texts but <see cref="TextForm.Plain"/> and <see cref="TextForm.Whole"/>.</summary>
    public const int Version = 2;

    /// <summary>The oldest version that is read.</summary>
    public const int OldestVersion = 1;

    /// <summary>Spans in a row group, as this version writes it; readers take it from the file.</summary>
    public const int GroupRows = 4096;

    public const int HeaderLength = 16;
    public const int TrailerLength = 32;
    public const int ChecksumLength = 4;

    /// <summary>A page of a dictionary ends at this many entries or bytes, whichever comes first.</summary>
    public const int DictionaryPageEntries = 1024;
    public const int DictionaryPageBytes = 64 * 1024;

    /// <summary>Dictionaries with more entries have a filter.</summary>
    public const int UnfilteredEntries = 64;

    /// <summary>A (key, type) with fewer values than this, or than this for every row group, goes to the catch-all.</summary>
    public const int RareValues = 8;

    /// <summary>"CLEWSEG" and the byte 1, at the start and at the end of the file.</summary>
    public static ReadOnlySpan<byte> Magic => "CLEWSEG\u0001"u8;
}
