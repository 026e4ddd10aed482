using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Clew.Core.Encodings;
using Clew.Storage.Embedded.Index;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Gives each distinct string of a column an id in order of first appearance, and writes the strings in pages. That order makes the
/// ids of strings that come once run upwards, which costs next to no bits, and needs no sorting. Memory: one page of text, 10 bits an
/// entry, both the buffers'.
/// </summary>
internal sealed class DictionaryWriter(SegmentBuffers buffers)
{
    private const int ShortestCompressed = 128;

    /// <summary>Ids that take no more than this share of their text are not compressed for comparison: decimal and hex digits.</summary>
    private const double LeastOfIds = 0.55;

    /// <summary>So much more than compressed ids may take as numbers, for each can be read alone.</summary>
    private const double MostForIds = 1.1;

    private readonly OpenDictionaryPage page = buffers.RentDictionaryPage();

    /// <summary>Entries so far.</summary>
    public int Count { get; private set; }

    /// <summary>Entries and bytes (with checksum) of each page.</summary>
    public List<(int Entries, ReadOnlyMemory<byte> Bytes)> Pages { get; } = [];

    /// <summary>Adds a string that is not in the dictionary yet; returns its id.</summary>
    /// <param name="value">The string.</param>
    /// <param name="hash">Its <see cref="StableHash"/>.</param>
    public int Add(ReadOnlySpan<byte> value, ulong hash)
    {
        page.Text.Write(value);
        page.Lengths.Add(value.Length);
        page.Hashes.Add(hash);
        if (page.Lengths.Count == SegmentFormat.DictionaryPageEntries || page.Text.WrittenCount >= SegmentFormat.DictionaryPageBytes)
        {
            EndPage();
        }
        return Count++;
    }

    /// <summary>Writes what is left. Returns the filter's page with checksum, empty for small dictionaries.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        if (page.Lengths.Count > 0)
        {
            EndPage();
        }
        if (Count <= SegmentFormat.UnfilteredEntries)
        {
            return default;
        }
        var filter = page.Filter;
        BinaryPrimitives.WriteUInt32LittleEndian(filter.GetSpan(SegmentFormat.ChecksumLength), Crc32C.Of(filter.WrittenSpan));
        filter.Advance(SegmentFormat.ChecksumLength);
        return filter.WrittenMemory;
    }

    private void EndPage()
    {
        var text = page.Text.WrittenSpan;
        var filter = page.Filter;
        var lengths = page.Lengths;
        var pages = buffers.Pages;
        pages.Begin(ColumnWriter.Room(lengths.Count) + 1 + text.Length);
        buffers.Encoder.Encode(CollectionsMarshal.AsSpan(lengths), pages);
        var content = pages.GetSpan();
        var packed = Pack(text, CollectionsMarshal.AsSpan(lengths), out byte form);
        content[0] = form;
        packed.CopyTo(content[1..]);
        pages.Advance(1 + packed.Length);
        Pages.Add((lengths.Count, pages.End()));

        var part = filter.GetSpan(BloomFilter.Length(lengths.Count))[..BloomFilter.Length(lengths.Count)];
        part.Clear();
        foreach (ulong hash in page.Hashes)
        {
            BloomFilter.Add(part, hash);
        }
        filter.Advance(part.Length);
        page.ClearEntries();
    }

    /// <summary>Packed only where that saves a sixteenth; ids as numbers, unless they repeat each other so much that compression gains more.</summary>
    private ReadOnlySpan<byte> Pack(ReadOnlySpan<byte> text, ReadOnlySpan<long> lengths, out byte form)
    {
        int most = text.Length - (text.Length / 16);
        if (text.Length >= ShortestCompressed)
        {
            var places = buffers.Places.Pack(text, lengths, buffers.Encoder);
            bool arePlaces = !places.IsEmpty && places.Length <= most;
            if (arePlaces && places.Length <= text.Length * LeastOfIds)
            {
                form = TextForm.Places;
                return places;
            }
            var pieces = buffers.Pieces.Pack(text, lengths);
            if (arePlaces && places.Length <= pieces.Length * MostForIds)
            {
                form = TextForm.Places;
                return places;
            }
            if (pieces.Length <= most)
            {
                form = TextForm.Pieces;
                return pieces;
            }
        }
        form = TextForm.Plain;
        return text;
    }
}
