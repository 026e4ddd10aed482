namespace Clew.Ingest.Head;

/// <summary>What many spans of an arena have in common, and how many there are.</summary>
internal struct SpanClass
{
    /// <summary>String id.</summary>
    public int Name;

    /// <summary>Row of the arena's resources.</summary>
    public int Resource;

    /// <summary>Row of the arena's scopes.</summary>
    public int Scope;

    /// <summary>Of the attributes: their keys and types, in their order.</summary>
    public int Shape;

    /// <summary>Kind, status, and whether there may be events, links or other things that few spans have: see <see cref="PackedSpans"/>.</summary>
    public byte Bits;

    /// <summary>Whose the spans are: the arena's number of the tenant.</summary>
    public byte Tenant;

    /// <summary>Spans in parts that the store does not have yet.</summary>
    public int Live;

    /// <summary>No span of the class, living or dead, starts before this; Unix nanoseconds.</summary>
    public ulong MinStart;

    /// <summary>No span of the class, living or dead, starts after this; Unix nanoseconds.</summary>
    public ulong MaxStart;
}
