namespace Clew.Storage.Embedded.Segments;

/// <summary>A set of segments that stays until it is disposed of.</summary>
internal readonly struct HeldSet(SegmentSet segments) : IDisposable
{
    public SegmentSet Segments => segments;

    public void Dispose() => segments.Release();
}
