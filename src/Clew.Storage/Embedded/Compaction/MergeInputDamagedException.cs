using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>One of the segments being merged cannot be read.</summary>
internal sealed class MergeInputDamagedException(Segment segment, Exception failure) : IOException(failure.Message, failure)
{
    public Segment Segment => segment;
}
