namespace Clew.Storage.Embedded.Reading;

/// <summary>Bytes of a segment are not what was written, or cannot be read.</summary>
/// <param name="message">What is wrong and where in the file.</param>
/// <param name="group">The row group that is lost, or −1 where it is the whole segment.</param>
/// <param name="innerException">The system's own failure, if any.</param>
internal sealed class SegmentDamagedException(string message, int group = -1, Exception? innerException = null)
    : Exception(message, innerException)
{
    public int Group => group;
}
