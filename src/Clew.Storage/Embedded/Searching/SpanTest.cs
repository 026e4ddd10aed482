using Clew.Storage.Embedded.Reading;

namespace Clew.Storage.Embedded.Searching;

/// <summary>A condition compiled for one segment.</summary>
internal abstract class SpanTest
{
    /// <summary>False where no span of the group can match; reads nothing.</summary>
    public abstract bool MayMatch(RowGroup group);

    /// <summary>Sets 1 for each span of the group on which the condition holds; leaves the others.</summary>
    public abstract void Mark(RowGroup group, Span<byte> hits);
}
