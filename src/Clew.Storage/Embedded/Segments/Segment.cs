using Clew.Storage.Embedded.Deletions;
using Clew.Storage.Embedded.Index;
using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// A segment of the store: its summary and what became of its file. State; the set it belongs to is the model.
/// </summary>
internal sealed class Segment(long id, string path, long length, SegmentSummary summary)
{
    private int references;
    private DeletionList? deletions;
    private HashFilter? traceFilter;

    /// <summary>Unlike any other's in this process.</summary>
    public long Id => id;

    /// <summary>Relative to the store's directory.</summary>
    public string Path => path;

    public long Length => length;

    public SegmentSummary Summary => summary;

    /// <summary>Row groups that cannot be read. Entries only ever become true.</summary>
    public bool[] BadGroups { get; } = new bool[summary.Pages(summary.Spans)];

    /// <summary>True once the segment as a whole cannot be read: it is left out of every answer.</summary>
    public bool IsExcluded { get; set; }

    /// <summary>True once no manifest names it any more: its file goes with the last snapshot.</summary>
    public bool IsObsolete { get; set; }

    /// <summary>The traces that no read may show, or null. Read it anew for each use: it may be replaced at any time.</summary>
    public DeletionList? Deletions
    {
        get => Volatile.Read(ref deletions);
        set => Volatile.Write(ref deletions, value);
    }

    /// <summary>Its trace ids, once the index over segments has made a filter of them.</summary>
    public HashFilter? TraceFilter
    {
        get => Volatile.Read(ref traceFilter);
        set => Volatile.Write(ref traceFilter, value);
    }

    /// <summary>True once a filter could not be made, for damage: it is not tried again.</summary>
    public bool HasNoFilter { get; set; }

    /// <summary>The open reader and how many use it; guarded by <see cref="SegmentReaders"/>.</summary>
    public SegmentReader? Reader { get; set; }

    public int ReaderUsers { get; set; }

    public void Acquire() => Interlocked.Increment(ref references);

    /// <summary>True where nobody refers to it any more.</summary>
    public bool Release() => Interlocked.Decrement(ref references) == 0;
}
