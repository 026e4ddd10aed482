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
    private readonly ShapeTable?[] shapes = new ShapeTable?[6]; // by owner
    private ServiceNames? services;

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
        ReadOnlySpan<byte> bytes = Bytes(column.Offsets[page], entry.Length, group);
        try
        {
            IntegerPage.DecodeRange(bytes, entry.Count, first, destination);
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
    public DictionaryPage ReadDictionaryOnce(int dictionary, int page) => Page(directory.Dictionaries[dictionary], page, keep: false);

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
        var info = directory.Dictionaries[dictionary];
        if ((ulong)id >= (ulong)info.Count)
        {
            throw new SegmentDamagedException($"A dictionary of {info.Count} entries has no entry {id}.");
        }
        int page = Array.BinarySearch(info.FirstIds, (int)id);
        page = page < 0 ? ~page - 1 : page;
        return Page(info, page)[(int)id - info.FirstIds[page]];
    }

    /// <summary>The id of a string in a dictionary, or −1.</summary>
    public int Find(int dictionary, ReadOnlySpan<byte> text)
    {
        var info = directory.Dictionaries[dictionary];
        ReadOnlySpan<byte> filter = info.FilterLength > 0 ? Bytes(info.FilterOffset, info.FilterLength, -1) : default;
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
    public void FindTrace(TraceId traceId, List<int> rows) =>
        TraceIndex.Find(Bytes(directory.TraceIndexOffset, directory.TraceIndexLength, -1), traceId, rows);

    public void Dispose() => file.Dispose();

    private DictionaryPage Page(DictionaryInfo info, int page, bool keep = true)
    {
        long offset = info.Offsets[page];
        if (cache.Find(fileId, offset) is DictionaryPage known)
        {
            return known;
        }
        int length = info.Lengths[page];
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Load(rented.AsSpan(0, length), offset, -1);
            var entries = DictionaryPage.Read(rented.AsSpan(0, length - 4), info.Entries(page));
            if (keep)
            {
                cache.Add(fileId, offset, entries, entries.Size);
            }
            return entries;
        }
        catch (Exception failure) when (failure is InvalidDataException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw Damaged(offset, failure.Message, -1, failure);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private ReadOnlySpan<byte> Bytes(long offset, int length, int group)
    {
        if (cache.Find(fileId, offset) is not byte[] bytes)
        {
            bytes = new byte[length];
            Load(bytes, offset, group);
            cache.Add(fileId, offset, bytes, length);
        }
        return bytes.AsSpan(0, length - 4);
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
