using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// The memory that segments are written in, kept for the next one. Bounded by the largest segment written (its encoded bytes, and one page
/// of numbers for each of its columns). Belongs to one writer at a time.
/// </summary>
internal sealed class SegmentBuffers
{
    private readonly Stack<long[]> free = [];

    public PageBuffer Pages { get; } = new();

    public IntegerPage Encoder { get; } = new();

    public StringOwners Owners { get; } = new();

    /// <summary>The images made so far are no longer needed.</summary>
    public void Reset() => Pages.Reset();

    /// <summary>Room for at least so many numbers.</summary>
    public long[] Rent(int length)
    {
        while (free.TryPop(out long[]? known))
        {
            if (known.Length >= length)
            {
                return known;
            }
        }
        return GC.AllocateUninitializedArray<long>(length);
    }

    public void Return(long[] values)
    {
        if (values.Length > 0)
        {
            free.Push(values);
        }
    }
}
