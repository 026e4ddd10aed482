using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>Collects the values of one column and encodes them page by page.</summary>
/// <param name="role">What it holds.</param>
/// <param name="owner">Whose.</param>
/// <param name="buffers">Where pages go.</param>
/// <param name="dictionary">What its values are ids of, if they are.</param>
/// <param name="texts">The dictionary's ids of the batch's strings.</param>
internal sealed class ColumnWriter(
    ColumnRole role, OwnerKind owner, SegmentBuffers buffers, DictionaryWriter? dictionary = null, StringIds? texts = null)
{
    private const int FirstCapacity = 64;

    private long[] values = [];
    private int count;
    private int same; // values of this page where all are told to be equal
    private long sameValue;
    private bool isEnded;

    public ColumnRole Role => role;

    public OwnerKind Owner => owner;

    public DictionaryWriter? Dictionary => dictionary;

    /// <summary>Of a column of strings of the batch.</summary>
    public StringIds? Texts => texts;

    /// <summary>Of an attribute column: its number in shapes, its key's index, its type.</summary>
    public int Ordinal { get; init; }

    public int Key { get; init; } = -1;

    public AttributeType Type { get; init; }

    public List<PageEntry> Pages { get; } = [];

    /// <summary>The encoded pages, each followed by its checksum; none for a page without values.</summary>
    public List<ReadOnlyMemory<byte>> Bytes { get; } = [];

    /// <summary>The most bytes that a page of so many values takes while it is written.</summary>
    public static int Room(int values) => (10 * values) + 256;

    public void Add(long value)
    {
        if (count == values.Length)
        {
            Grow(count + 1);
        }
        values[count++] = value;
    }

    /// <summary>Says that the page consists of this value, so many times: nothing else is added to it.</summary>
    public void AddSame(long value, int times) => (sameValue, same) = (value, times);

    /// <summary>Adds a string of the batch.</summary>
    public void AddString(int stringId) => Add(texts!.IdOf(stringId));

    /// <summary>Adds so many values, which the caller writes.</summary>
    public Span<long> Reserve(int length)
    {
        if (count + length > values.Length)
        {
            Grow(count + length);
        }
        var room = values.AsSpan(count, length);
        count += length;
        return room;
    }

    /// <summary>Takes back the last values reserved.</summary>
    public void Unreserve(int length) => count -= length;

    /// <summary>
    /// Ends the page at once, while its values are in the caches, and lets the next column have their memory. The next call of
    /// <see cref="EndPage"/> has nothing left to do.
    /// </summary>
    public void EndPageNow()
    {
        EndPage();
        Release();
        isEnded = true;
    }

    public void EndPage()
    {
        if (isEnded)
        {
            isEnded = false;
            return;
        }
        if (same > 0)
        {
            EndSamePage();
            return;
        }
        if (count == 0)
        {
            Pages.Add(default);
            return;
        }
        var page = values.AsSpan(0, count);
        buffers.Pages.Begin(Room(count));
        buffers.Encoder.Encode(page, buffers.Pages, out long min, out long max);
        var bytes = buffers.Pages.End();
        Bytes.Add(bytes);
        if (min < 0 && role is (ColumnRole.Start or ColumnRole.TraceStart))
        {
            (min, max) = BoundsOfTimes(page);
        }
        Pages.Add(new PageEntry(bytes.Length, count, min, max));
        count = 0;
    }

    /// <summary>Gives the memory of the values back.</summary>
    public void Release()
    {
        buffers.Return(values);
        values = [];
    }

    private void EndSamePage()
    {
        buffers.Pages.Begin(Room(1));
        IntegerPage.EncodeConstant(sameValue, buffers.Pages);
        var bytes = buffers.Pages.End();
        Bytes.Add(bytes);
        Pages.Add(new PageEntry(bytes.Length, same, sameValue, sameValue));
        same = 0;
    }

    /// <summary>Times are unsigned; like conditions, bounds take those past 2^63 for the largest.</summary>
    private static (long Min, long Max) BoundsOfTimes(ReadOnlySpan<long> page)
    {
        long min = long.MaxValue;
        foreach (long value in page)
        {
            min = Math.Min(min, value < 0 ? long.MaxValue : value);
        }
        return (min, long.MaxValue);
    }

    private void Grow(int needed)
    {
        long[] larger = buffers.Rent(Math.Max(needed, values.Length == 0 ? FirstCapacity : 2 * values.Length));
        values.AsSpan(0, count).CopyTo(larger);
        Release();
        values = larger;
    }
}
