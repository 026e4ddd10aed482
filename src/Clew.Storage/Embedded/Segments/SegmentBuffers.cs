using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// The memory that segments are written in, kept for the next one. Bounded by the largest segments written (their encoded bytes, one page
/// of numbers for each of their columns and of text for each of their dictionaries, eight bytes a span). Belongs to one writer at a time.
/// </summary>
internal sealed class SegmentBuffers
{
    /// <summary>Shorter ones are not worth keeping: who needs one needs a page soon.</summary>
    private const int ShortestKept = 1024;

    private readonly Stack<long[]> free = [];
    private readonly List<OpenDictionaryPage> dictionaryPages = [];
    private readonly int[][] planNumbers = [.. Enum.GetValues<OwnerKind>().Select(static _ => Array.Empty<int>())];
    private int[] parents = [];
    private int dictionaryPagesUsed;

    public PageBuffer Pages { get; } = new();

    public IntegerPage Encoder { get; } = new();

    public PlacedText Places { get; } = new();

    public PiecedText Pieces { get; } = new();

    public StringOwners Owners { get; } = new();

    /// <summary>The images made so far are no longer needed.</summary>
    public void Reset()
    {
        Pages.Reset();
        dictionaryPagesUsed = 0;
    }

    /// <summary>What a dictionary is written in: its own until <see cref="Reset"/>.</summary>
    public OpenDictionaryPage RentDictionaryPage()
    {
        if (dictionaryPagesUsed == dictionaryPages.Count)
        {
            dictionaryPages.Add(new OpenDictionaryPage());
        }
        var page = dictionaryPages[dictionaryPagesUsed++];
        page.Clear();
        return page;
    }

    /// <summary>A number for each span of the batch, the segment's that is being written; not cleared, its user lets it grow.</summary>
    public ref int[] Parents => ref parents;

    /// <summary>A number for each owner of that kind in the batch, as <see cref="Parents"/>.</summary>
    public ref int[] PlanNumbers(OwnerKind owner) => ref planNumbers[(int)owner];

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
        if (values.Length >= ShortestKept)
        {
            free.Push(values);
        }
    }
}
