using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Storage.Embedded.Index;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Gives each distinct string of a column an id in order of first appearance, and writes the strings in pages. That order makes the
/// ids of strings that come once run upwards, which costs next to no bits, and needs no sorting.
/// </summary>
/// <param name="number">1, 2, … within the segment.</param>
/// <param name="strings">The batch's strings, or a table of its own.</param>
/// <param name="owners">Shared by the dictionaries over one table.</param>
internal sealed class DictionaryWriter(int number, StringTable strings, StringOwners owners)
{
    private const int BrotliQuality = 1;
    private const int BrotliWindow = 18;
    private const int ShortestCompressed = 128;

    private readonly ArrayBufferWriter<byte> bytes = new();
    private readonly ArrayBufferWriter<byte> heap = new();
    private readonly List<long> lengths = [];
    private readonly List<ulong> hashes = [];
    private Dictionary<int, int>? shared;

    /// <summary>Entries so far.</summary>
    public int Count { get; private set; }

    /// <summary>Entries and bytes (with checksum) of each page.</summary>
    public List<(int Entries, int Length)> Pages { get; } = [];

    public ReadOnlyMemory<byte> Bytes => bytes.WrittenMemory;

    /// <summary>The id of a string of the table.</summary>
    public int IdOf(int stringId)
    {
        int owner = owners.Owner[stringId];
        if (owner == number)
        {
            return owners.Id[stringId];
        }
        if (owner == 0)
        {
            owners.Owner[stringId] = number;
            return owners.Id[stringId] = Add(stringId);
        }
        shared ??= [];
        if (!shared.TryGetValue(stringId, out int id))
        {
            id = Add(stringId);
            shared.Add(stringId, id);
        }
        return id;
    }

    /// <summary>Adds a string that is not in the dictionary yet; returns its id.</summary>
    public int Add(int stringId)
    {
        var value = strings[stringId];
        heap.Write(value);
        lengths.Add(value.Length);
        hashes.Add(StableHash.Of(value));
        if (lengths.Count == SegmentFormat.DictionaryPageEntries || heap.WrittenCount >= SegmentFormat.DictionaryPageBytes)
        {
            EndPage();
        }
        return Count++;
    }

    /// <summary>Writes what is left. Returns the filter's page with checksum, empty for small dictionaries.</summary>
    public byte[] Finish()
    {
        if (lengths.Count > 0)
        {
            EndPage();
        }
        if (Count <= SegmentFormat.UnfilteredEntries)
        {
            return [];
        }
        int size = Pages.Sum(page => BloomFilter.Length(page.Entries));
        byte[] filter = new byte[size + SegmentFormat.ChecksumLength];
        int at = 0;
        int entry = 0;
        foreach (var (entries, _) in Pages)
        {
            var part = filter.AsSpan(at, BloomFilter.Length(entries));
            for (int i = 0; i < entries; i++)
            {
                BloomFilter.Add(part, hashes[entry++]);
            }
            at += part.Length;
        }
        BinaryPrimitives.WriteUInt32LittleEndian(filter.AsSpan(size), Crc32C.Of(filter.AsSpan(0, size)));
        return filter;
    }

    private void EndPage()
    {
        int start = bytes.WrittenCount;
        new IntegerPage().Encode([.. lengths], bytes);
        var text = heap.WrittenSpan;
        byte[] rented = ArrayPool<byte>.Shared.Rent(Math.Max(text.Length, 1));
        bool compressed = text.Length >= ShortestCompressed
            && BrotliEncoder.TryCompress(text, rented.AsSpan(0, text.Length - (text.Length / 16)), out int length, BrotliQuality, BrotliWindow)
            && Store(rented.AsSpan(0, length), 1);
        if (!compressed)
        {
            Store(text, 0);
        }
        ArrayPool<byte>.Shared.Return(rented);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.GetSpan(4), Crc32C.Of(bytes.WrittenSpan[start..]));
        bytes.Advance(4);
        Pages.Add((lengths.Count, bytes.WrittenCount - start));
        lengths.Clear();
        heap.ResetWrittenCount();
    }

    private bool Store(ReadOnlySpan<byte> content, byte compression)
    {
        bytes.Write([compression]);
        bytes.Write(content);
        return true;
    }
}
