using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Segments;

/// <summary>A reader until it is disposed of: the segment's open one, or one of its own.</summary>
internal readonly struct LentReader(SegmentReader reader, SegmentReaders? owner, Segment segment) : IDisposable
{
    public SegmentReader Reader => reader;

    public void Dispose()
    {
        if (owner is not null)
        {
            owner.Return(segment);
        }
        else
        {
            reader.Dispose();
        }
    }
}
