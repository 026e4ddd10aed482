using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>A trace, or a part of one, in a shard. What a span that comes touches lies together.</summary>
internal struct Part
{
    public Tenant Tenant;
    public TraceId TraceId;

    /// <summary>Where the part's spans lie.</summary>
    public Arena Arena;

    /// <summary>The ids of its spans.</summary>
    public SpanFilter Filter;

    /// <summary>Rows of the arena, linked by <see cref="PackedSpans.NextInPart"/>; −1 where there is none.</summary>
    public int FirstRow;
    public int LastRow;
    public int SpanCount;

    /// <summary>The part of the same trace that was opened before, −1.</summary>
    public int Older;
    public long Bytes;

    /// <summary>Smallest and largest start of its spans, Unix nanoseconds.</summary>
    public ulong MinStart;
    public ulong MaxStart;

    /// <summary>The oldest journal record that holds one of the spans.</summary>
    public long Position;

    /// <summary>Timestamp of the clock's monotonic counter.</summary>
    public long LastArrival;
    public SlotLinks ByActivity;
    public PartState State;
    public bool HasRoot;

    /// <summary>True where the spans are in the arena's <see cref="LargePartIndex"/>.</summary>
    public bool IsIndexed;

    /// <summary>True where the store may hold some of the spans already.</summary>
    public bool MayBeStored;
    public TraceFlags Flags;
    public SlotLinks ByAge;

    /// <summary>Timestamp of the clock's monotonic counter.</summary>
    public long Created;

    /// <summary>Snapshots of this epoch and later ones find the part in the store; <see cref="long.MaxValue"/> before it is there.</summary>
    public long StoredEpoch;

    /// <summary>A number that no other part has.</summary>
    public int Serial;
}
