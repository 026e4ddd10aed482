using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>One of the segments being merged cannot be read.</summary>
internal sealed class MergeInputDamagedException(Segment segment, Exception failure) : IOException(failure.Message, failure)
{
    public Segment Segment => segment;

    /// <summary>Does something with an input and says whose damage it is.</summary>
    /// <param name="segment">The input; null for one in memory, whose failures are no damage.</param>
    /// <param name="work">What to do.</param>
    public static void Guard(Segment? segment, Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure) when (segment is not null && StoreHealth.IsDamage(failure))
        {
            throw new MergeInputDamagedException(segment, failure);
        }
    }
}
