using System.Buffers;
using System.Buffers.Binary;
using Clew.Core.Encodings;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Storage.Embedded.Index;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>
/// Reads pages of one open segment, each checked before anything in it is believed. Safe from any thread.
/// </summary>
/// <remarks>Every failure is a <see cref="SegmentDamagedException"/> that names the place.</remarks>
internal sealed class SegmentReader(long fileId, IDataFile file, SegmentDirectory directory, PageCache cache) : IDisposable
{
    /// <summary>What the system reads at once.</summary>
    private const int ExpectedBlock = 4096;

    /// <summary>Bytes that are worth naming at once.</summary>
    private const int MostExpected = 4 << 20;

    private readonly ShapeTable?[] shapes = new ShapeTable?[6]; // by owner
    private ServiceNames? services;
    private bool sharedIsExpected;
    private long lastExpected = -1; // the block in which the last range expected ends; of whichever thread

    public SegmentDirectory Directory => directory;

    /// <summary>The service of each resource, read once.</summary>
    public ServiceNames Services => services ??= ServiceNames.Read(this);

    /// <summary>Decodes some consecutive values of a column's page.</summary>
    /// <param name="column">The column.</param>
    /// <param name="page">Which page.</param>
    /// <param name="first">The first value wanted.</param>
    /// <param name="destination">As long as values are wanted.</param>
    public void Read(ColumnInfo column, int page, int first, Span<long> destination)
    {
        if (destination.IsEmpty)
        {
            return;
        }
        int group = column.IsGrouped ? page : -1;
        var entry = column.Pages[page];
        if (entry.Count < first + destination.Length)
        {
            throw new SegmentDamagedException($"A page of {entry.Count} values has no value {first + destination.Length - 1}.", group);
        }
        if (entry.IsConstant)
        {
            destination.Fill(entry.Min);
            return;
        }
        using var borrowed = Borrow(column.Offsets[page], entry.Length, group);
        try
        {
            IntegerPage.DecodeRange(borrowed.Bytes, entry.Count, first, destination);
        }
        catch (Exception failure) when (failure is InvalidDataException or ArgumentException or IndexOutOfRangeException)
        {
            throw Damaged(column.Offsets[page], failure.Message, group, failure);
        }
    }

    /// <summary>Decodes a column's page as a whole for one who reads the segment from end to end: it is not kept in the cache.</summary>
    /// <param name="column">The column.</param>
    /// <param name="page">Which page.</param>
    /// <param name="destination">As long as the page has values.</param>
    public void ReadOnce(ColumnInfo column, int page, Span<long> destination)
    {
        if (destination.IsEmpty)
        {
            return;
        }
        int group = column.IsGrouped ? page : -1;
        var entry = column.Pages[page];
        byte[] rented = ArrayPool<byte>.Shared.Rent(entry.Length);
        try
        {
            Load(rented.AsSpan(0, entry.Length), column.Offsets[page], group);
            ReadOnlySpan<byte> bytes = rented.AsSpan(0, entry.Length - 4);
            IntegerPage.Decode(ref bytes, destination);
        }
        catch (Exception failure) when (failure is InvalidDataException or ArgumentException or IndexOutOfRangeException)
        {
            throw Damaged(column.Offsets[page], failure.Message, group, failure);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>A page of a dictionary for one who reads the segment from end to end: it is not kept in the cache.</summary>
    public DictionaryPage ReadDictionaryOnce(int dictionary, int page)
    {
        var info = directory.Dictionaries[dictionary];
        return cache.Find(fileId, info.Offsets[page]) as DictionaryPage ?? Load(info, page, isRented: false);
    }

    /// <summary>Sets the bit of each value of a column's page that passes; see <see cref="IntegerPageSearch"/>.</summary>
    public void Mark<TTest>(ColumnInfo column, int page, TTest test, ReadOnlySpan<ulong> wanted, Span<ulong> hits)
        where TTest : IValueTest
    {
        var entry = column.Pages[page];
        if (entry.Count == 0)
        {
            return;
        }
        if (entry.IsConstant)
        {
            if (test.Passes(entry.Min))
            {
                IntegerPageSearch.SetRange(hits, 0, entry.Count);
            }
            return;
        }
        int group = column.IsGrouped ? page : -1;
        using var borrowed = Borrow(column.Offsets[page], entry.Length, group);
        try
        {
            IntegerPageSearch.Mark(borrowed.Bytes, entry.Count, test, wanted, hits);
        }
        catch (Exception failure) when (failure is InvalidDataException or ArgumentException or IndexOutOfRangeException)
        {
            throw Damaged(column.Offsets[page], failure.Message, group, failure);
        }
    }

    /// <summary>Says that a column's page will be read soon (<see cref="IDataFile.Expect"/>).</summary>
    public void Expect(ColumnInfo column, int page)
    {
        if (page < column.Pages.Length && column.Pages[page] is { Count: > 0, IsConstant: false } entry)
        {
            Expect(column.Offsets[page], entry.Length);
        }
    }

    /// <summary>The same of some pages of a column, which lie one behind the other; those that are in the cache are not left out.</summary>
    public void Expect(ColumnInfo column, int first, int count)
    {
        int last = Math.Min(first + count, column.Pages.Length) - 1;
        long length = last < first ? 0 : column.Offsets[last] + column.Pages[last].Length - column.Offsets[first];
        if (length is > 0 and <= MostExpected)
        {
            file.Expect(column.Offsets[first], (int)length);
        }
    }

    /// <summary>The same of the pages of a dictionary that hold these entries.</summary>
    public void Expect(int dictionary, ReadOnlySpan<long> ids)
    {
        var info = directory.Dictionaries[dictionary];
        int last = -1;
        foreach (long id in ids)
        {
            int page = PageOf(dictionary, id, out _);
            if (page != last)
            {
                last = page;
                Expect(info.Offsets[page], info.Lengths[page]);
            }
        }
    }

    /// <summary>The same of all that reading some rows of a row group takes but for texts.</summary>
    /// <param name="owner">Whose columns.</param>
    /// <param name="group">The row group.</param>
    /// <param name="withDerived">Whether columns of derived values are among them.</param>
    public void ExpectRows(OwnerKind owner, int group, bool withDerived)
    {
        foreach (var column in directory.Columns)
        {
            if (column.Owner == owner && (withDerived || column.Role is not (ColumnRole.CoveredTime or ColumnRole.CriticalClass or ColumnRole.CriticalRaw)))
            {
                Expect(column, group);
            }
        }
    }

    /// <summary>
    /// The same of what every span of a segment refers to: resources, scopes and shapes, as far as they are small. Says it once: they are
    /// asked for so often that they are kept.
    /// </summary>
    public void ExpectShared()
    {
        if (Interlocked.Exchange(ref sharedIsExpected, true))
        {
            return;
        }
        foreach (var column in directory.Columns)
        {
            bool isTable = column.Owner is OwnerKind.Resource or OwnerKind.Scope;
            if (isTable)
            {
                Expect(column, 0);
            }
            if ((isTable || column.Role == ColumnRole.Shape) && column.Dictionary >= 0
                && directory.Dictionaries[column.Dictionary] is { Count: > 0 } info)
            {
                Expect(info.Offsets[0], info.Lengths[0]);
            }
        }
    }

    /// <summary>Marks that were kept of a page, or null.</summary>
    public ulong[]? FindMarks(ColumnInfo column, int page, int about) => cache.Find(fileId, PlaceOfMarks(column, page, about)) as ulong[];

    public void KeepMarks(ColumnInfo column, int page, int about, ulong[] marks) =>
        cache.Add(fileId, PlaceOfMarks(column, page, about), marks, 8 * marks.Length);

    /// <summary>Places of marks are negative, those of pages are not: 24 bits for the column, 39 for the place of the page.</summary>
    private static long PlaceOfMarks(ColumnInfo column, int page, int about) => ~(((long)about << 39) | column.Offsets[page]);

    /// <summary>The page of a dictionary that holds an entry; it is kept in the cache.</summary>
    /// <param name="dictionary">Which dictionary.</param>
    /// <param name="id">The entry.</param>
    /// <param name="first">The page's first entry.</param>
    public DictionaryPage Page(int dictionary, long id, out int first) =>
        Page(directory.Dictionaries[dictionary], PageOf(dictionary, id, out first));

    /// <summary>The same for one who looks at a few entries: a page that nobody asked for of late is not kept in the cache.</summary>
    /// <param name="dictionary">Which dictionary.</param>
    /// <param name="id">The entry.</param>
    /// <param name="first">The page's first entry.</param>
    /// <param name="isBorrowed">The caller gives the page back (<see cref="DictionaryPage.Return"/>).</param>
    public DictionaryPage Borrow(int dictionary, long id, out int first, out bool isBorrowed)
    {
        var info = directory.Dictionaries[dictionary];
        int page = PageOf(dictionary, id, out first);
        isBorrowed = false;
        if (cache.Find(fileId, info.Offsets[page]) is DictionaryPage known)
        {
            return known;
        }
        isBorrowed = !cache.IsAskedAgain(fileId, info.Offsets[page]);
        return isBorrowed ? Load(info, page, isRented: true) : Page(info, page);
    }

    /// <summary>The shapes of an owner's attributes, read as they are needed and kept: bounded by the shapes' dictionary.</summary>
    public ShapeTable? Shapes(OwnerKind owner)
    {
        if (directory.Find(ColumnRole.Shape, owner) is not { } column)
        {
            return null;
        }
        return shapes[(int)owner] ??= new ShapeTable(this, column);
    }

    /// <summary>The bytes of an id in a dictionary.</summary>
    public ReadOnlySpan<byte> Text(int dictionary, long id)
    {
        var page = Page(dictionary, id, out int first);
        return page[(int)id - first];
    }

    /// <summary>The id of a string in a dictionary, or −1.</summary>
    public int Find(int dictionary, ReadOnlySpan<byte> text)
    {
        var info = directory.Dictionaries[dictionary];
        using var borrowed = info.FilterLength > 0 ? Borrow(info.FilterOffset, info.FilterLength, -1) : default;
        var filter = borrowed.Bytes;
        ulong hash = StableHash.Of(text);
        for (int page = 0; page < info.FirstIds.Length; page++)
        {
            if (info.FilterLength > 0)
            {
                int length = BloomFilter.Length(info.Entries(page));
                bool maybe = BloomFilter.MayContain(filter[..length], hash);
                filter = filter[length..];
                if (!maybe)
                {
                    continue;
                }
            }
            var entries = Page(info, page);
            for (int i = 0; i < entries.Count; i++)
            {
                if (entries[i].SequenceEqual(text))
                {
                    return info.FirstIds[page] + i;
                }
            }
        }
        return -1;
    }

    /// <summary>Adds the trace rows that may hold the trace.</summary>
    public void FindTrace(TraceId traceId, List<int> rows)
    {
        using var index = Borrow(directory.TraceIndexOffset, directory.TraceIndexLength, -1);
        TraceIndex.Find(index.Bytes, traceId, rows);
    }

    public void Dispose() => file.Dispose();

    private int PageOf(int dictionary, long id, out int first)
    {
        var info = directory.Dictionaries[dictionary];
        if ((ulong)id >= (ulong)info.Count)
        {
            throw new SegmentDamagedException($"A dictionary of {info.Count} entries has no entry {id}.");
        }
        int page = Array.BinarySearch(info.FirstIds, (int)id);
        page = page < 0 ? ~page - 1 : page;
        first = info.FirstIds[page];
        return page;
    }

    private void Expect(long offset, int length)
    {
        // Small pages lie side by side: the system reads them together.
        long block = offset / ExpectedBlock;
        if (length > ExpectedBlock || block != lastExpected)
        {
            if (!cache.Holds(fileId, offset))
            {
                file.Expect(offset, length);
                lastExpected = (offset + length) / ExpectedBlock;
            }
        }
    }

    private DictionaryPage Page(DictionaryInfo info, int page)
    {
        long offset = info.Offsets[page];
        if (cache.Find(fileId, offset) is DictionaryPage known)
        {
            return known;
        }
        var entries = Load(info, page, isRented: false);
        cache.Add(fileId, offset, entries, entries.Size);
        return entries;
    }

    private DictionaryPage Load(DictionaryInfo info, int page, bool isRented)
    {
        int length = info.Lengths[page];
        byte[] bytes = isRented ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);
        try
        {
            Load(bytes.AsSpan(0, length), info.Offsets[page], -1);
            return DictionaryPage.Read(bytes, length - SegmentFormat.ChecksumLength, info.Entries(page), isRented);
        }
        catch (Exception failure) when (failure is InvalidDataException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw Damaged(info.Offsets[page], failure.Message, -1, failure);
        }
    }

    /// <summary>The bytes of a page: the cache's, where it is asked for now and then, else read into borrowed memory.</summary>
    private BorrowedPage Borrow(long offset, int length, int group)
    {
        int content = length - SegmentFormat.ChecksumLength;
        if (cache.Find(fileId, offset) is byte[] known)
        {
            return new BorrowedPage(known, content, isRented: false);
        }
        bool isKept = cache.IsAskedAgain(fileId, offset);
        byte[] bytes = isKept ? GC.AllocateUninitializedArray<byte>(length) : ArrayPool<byte>.Shared.Rent(length);
        Load(bytes.AsSpan(0, length), offset, group);
        if (isKept)
        {
            cache.Add(fileId, offset, bytes, length);
        }
        return new BorrowedPage(bytes, content, !isKept);
    }

    private void Load(Span<byte> page, long offset, int group)
    {
        try
        {
            if (file.Read(page, offset) != page.Length)
            {
                throw Damaged(offset, "it is cut short", group);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Damaged(offset, failure.Message, group, failure);
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(page[^4..]) != Crc32C.Of(page[..^4]))
        {
            throw Damaged(offset, "its checksum is wrong", group);
        }
    }

    private static SegmentDamagedException Damaged(long offset, string reason, int group, Exception? failure = null) =>
        new($"The page at byte {offset} cannot be used: {reason}.", group, failure);
}
