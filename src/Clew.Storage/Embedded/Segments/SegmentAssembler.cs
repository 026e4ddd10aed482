using System.Buffers;
using System.Buffers.Binary;
using Clew.Core.Columns;
using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Puts a segment together: header, columns, dictionaries with their filters, trace index, footer, trailer.
/// Keep in sync with <see cref="Reading.SegmentDirectory"/> and docs/formats/segment.md.
/// </summary>
internal static class SegmentAssembler
{
    public static SegmentImage Assemble(
        ColumnSet set, StringTable strings, SegmentSummary summary, int resources, int scopes, byte[] traceIndex,
        IReadOnlyList<SegmentName> replaces)
    {
        var buffers = new List<ReadOnlyMemory<byte>>();
        long at = 0;
        set.Release();
        Append(Header());

        var columns = new ArrayBufferWriter<byte>();
        var kept = set.Columns.Where(column => column.Bytes.Count > 0).ToList();
        var numbers = set.Dictionaries.Select((dictionary, index) => (dictionary, index)).ToDictionary(pair => pair.dictionary, pair => pair.index + 1);
        Varint.Write(columns, (ulong)kept.Count);
        foreach (var column in kept)
        {
            var entry = new ArrayBufferWriter<byte>();
            entry.Write([(byte)column.Role, (byte)column.Owner, (byte)column.Type]);
            Varint.Write(entry, (ulong)column.Ordinal);
            Varint.Write(entry, (ulong)(column.Key + 1));
            Varint.Write(entry, column.Dictionary is null ? 0 : (ulong)numbers[column.Dictionary]);
            Varint.Write(entry, (ulong)at);
            Varint.Write(entry, (ulong)column.Pages.Count);
            foreach (var page in column.Pages)
            {
                Varint.Write(entry, (ulong)page.Length);
                if (page.Length > 0)
                {
                    Varint.Write(entry, (ulong)page.Count);
                    Varint.WriteSigned(entry, page.Min);
                    Varint.Write(entry, (ulong)(page.Max - page.Min));
                }
            }
            Varint.Write(columns, (ulong)entry.WrittenCount);
            columns.Write(entry.WrittenSpan);
            column.Bytes.ForEach(Append);
        }

        var dictionaries = new ArrayBufferWriter<byte>();
        Varint.Write(dictionaries, (ulong)set.Dictionaries.Count);
        foreach (var dictionary in set.Dictionaries)
        {
            var filter = dictionary.Finish();
            Varint.Write(dictionaries, (ulong)dictionary.Count);
            Varint.Write(dictionaries, (ulong)at);
            Varint.Write(dictionaries, (ulong)dictionary.Pages.Count);
            foreach (var (entries, bytes) in dictionary.Pages)
            {
                Varint.Write(dictionaries, (ulong)entries);
                Varint.Write(dictionaries, (ulong)bytes.Length);
                Append(bytes);
            }
            Varint.Write(dictionaries, (ulong)at);
            Varint.Write(dictionaries, (ulong)filter.Length);
            Append(filter);
        }

        var tables = new ArrayBufferWriter<byte>();
        Varint.Write(tables, (ulong)resources);
        Varint.Write(tables, (ulong)scopes);
        Varint.Write(tables, (ulong)at);
        Varint.Write(tables, (ulong)(traceIndex.Length + SegmentFormat.ChecksumLength));
        Append(traceIndex);
        Append(UInt32(Crc32C.Of(traceIndex)));

        var head = new ArrayBufferWriter<byte>();
        summary.Write(head);
        var keys = new ArrayBufferWriter<byte>();
        Varint.Write(keys, (ulong)set.Keys.Count);
        foreach (int key in set.Keys)
        {
            Varint.Write(keys, (ulong)strings[key].Length);
            keys.Write(strings[key]);
        }

        // Of merged segments only: readers of before merging pass it by.
        var replaced = new ArrayBufferWriter<byte>();
        if (replaces.Count > 0)
        {
            Varint.Write(replaced, (ulong)replaces.Count);
            long last = 0;
            foreach (var name in replaces)
            {
                Varint.WriteSigned(replaced, name.Sequence - last);
                Varint.Write(replaced, (ulong)name.Part);
                last = name.Sequence;
            }
        }

        var footer = new ArrayBufferWriter<byte>();
        int section = 1;
        foreach (var content in new[] { head, tables, keys, columns, dictionaries, replaced })
        {
            if (content.WrittenCount == 0)
            {
                continue;
            }
            Varint.Write(footer, (ulong)section++);
            Varint.Write(footer, (ulong)content.WrittenCount);
            footer.Write(content.WrittenSpan);
        }
        long footerOffset = at;
        Append(footer.WrittenMemory);
        Append(Trailer(footerOffset, footer.WrittenSpan));
        return new SegmentImage(summary, buffers, at);

        void Append(ReadOnlyMemory<byte> bytes)
        {
            if (!bytes.IsEmpty)
            {
                buffers.Add(bytes);
                at += bytes.Length;
            }
        }
    }

    private static byte[] Header()
    {
        byte[] header = new byte[SegmentFormat.HeaderLength];
        SegmentFormat.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), SegmentFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), Crc32C.Of(header.AsSpan(0, 12)));
        return header;
    }

    private static byte[] Trailer(long footerOffset, ReadOnlySpan<byte> footer)
    {
        byte[] trailer = new byte[SegmentFormat.TrailerLength];
        BinaryPrimitives.WriteInt64LittleEndian(trailer, footerOffset);
        BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(8), footer.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(12), Crc32C.Of(footer));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(16), SegmentFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(20), Crc32C.Of(trailer.AsSpan(0, 20)));
        SegmentFormat.Magic.CopyTo(trailer.AsSpan(24));
        return trailer;
    }

    private static byte[] UInt32(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
