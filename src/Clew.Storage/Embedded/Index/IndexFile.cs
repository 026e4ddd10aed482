using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Clew.Core.Encodings;
using Clew.Core.Files;
using Clew.Core.Scan;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Index;

/// <summary>
/// The index over segments as it is left behind at a clean stop, so that the next start need not make it again. Nothing depends on it:
/// what is missing, damaged or of segments that are not there any more is passed, and made again.
/// </summary>
/// <remarks>
/// <para>Layout: magic "CLEWIDX" 1, version (u32, 2), then blocks: length (u32), CRC-32C (u32) of the content, content. The first one names
/// the fields: number, then of each what it is (u8; 0 attribute, 1 name, 2 service, 3 name and service) and its key (text). Each other one is of a segment: its identity (u64),
/// number of filters, then of each: field + 1 (0: traces), flags (1: integers, 2: others), length, bits. All other numbers are varints.
/// Keep in sync with docs/formats/segment.md and <see cref="BloomFilter"/>.</para>
/// <para>Failure to write: the file of before stays or there is none; nobody is told.</para>
/// </remarks>
internal static class IndexFile
{
    public const string FileName = "INDEX";

    private const string NewName = FileName + SegmentPaths.TemporarySuffix;
    private const uint Version = 2;
    private const int HeadLength = 12;
    private const int BlockHeadLength = 8;

    private static (SpanField Field, bool WithService)[] Kinds =>
        [(SpanField.Attribute, false), (SpanField.Name, false), (SpanField.ServiceName, false), (SpanField.Name, true)];

    private static ReadOnlySpan<byte> Magic => "CLEWIDX\u0001"u8;

    /// <summary>The filters of these segments that are there, in order of writing; those of traces have no field.</summary>
    public static IEnumerable<(Segment Segment, FilterField? Field, ValueFilter Filter)> Read(IFileLayer files, string root, IReadOnlyList<Segment> segments)
    {
        var found = new List<(Segment, FilterField?, ValueFilter)>();
        try
        {
            if (segments.Count > 0 && files.ListFiles(root).Contains(FileName))
            {
                using var file = files.Open(Path.Combine(root, FileName), DataFileMode.Read);
                Read(file, segments, found);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException
            or IndexOutOfRangeException or OverflowException)
        {
            // What was read so far was checked and is right.
        }
        return found;
    }

    public static void Write(IFileLayer files, string root, IReadOnlyList<Segment> segments, IReadOnlyList<FieldIndex> fields)
    {
        string path = Path.Combine(root, NewName);
        try
        {
            using (var file = files.Open(path, DataFileMode.Create))
            {
                var to = new ArrayBufferWriter<byte>();
                to.Write(Magic);
                BinaryPrimitives.WriteUInt32LittleEndian(to.GetSpan(4), Version);
                to.Advance(4);
                file.Write(to.WrittenSpan, 0);
                long at = to.WrittenCount;
                to.ResetWrittenCount();
                Varint.Write(to, (ulong)fields.Count);
                foreach (var field in fields)
                {
                    to.Write([(byte)Array.IndexOf(Kinds, (field.Field.Field, field.Field.WithService))]);
                    SegmentSummary.WriteText(to, field.Field.Key);
                }
                at = WriteBlock(file, at, to);
                foreach (var segment in segments)
                {
                    WriteSegment(to, segment, fields);
                    at = WriteBlock(file, at, to);
                }
                file.Sync();
            }
            files.Rename(path, Path.Combine(root, FileName));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next start makes the index again, and removes the temporary file.
        }
    }

    private static long WriteBlock(IDataFile file, long at, ArrayBufferWriter<byte> content)
    {
        byte[] head = new byte[BlockHeadLength];
        BinaryPrimitives.WriteInt32LittleEndian(head, content.WrittenCount);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), Crc32C.Of(content.WrittenSpan));
        file.Write([head, content.WrittenMemory], at);
        long end = at + BlockHeadLength + content.WrittenCount;
        content.ResetWrittenCount();
        return end;
    }

    private static void WriteSegment(ArrayBufferWriter<byte> to, Segment segment, IReadOnlyList<FieldIndex> fields)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to.GetSpan(8), Identity(segment));
        to.Advance(8);
        int count = segment.TraceFilter is null ? 0 : 1;
        foreach (var field in fields)
        {
            count += field.Of(segment) is null ? 0 : 1;
        }
        Varint.Write(to, (ulong)count);
        if (segment.TraceFilter is { } traces)
        {
            WriteFilter(to, 0, 0, traces);
        }
        for (int i = 0; i < fields.Count; i++)
        {
            if (fields[i].Of(segment) is { } filter)
            {
                WriteFilter(to, i + 1, (filter.HasIntegers ? 1 : 0) | (filter.HasOthers ? 2 : 0), filter.Values);
            }
        }
    }

    private static void WriteFilter(ArrayBufferWriter<byte> to, int field, int flags, HashFilter filter)
    {
        Varint.Write(to, (ulong)field);
        to.Write([(byte)flags]);
        Varint.Write(to, (ulong)filter.Bits.Length);
        to.Write(filter.Bits);
    }

    private static void Read(IDataFile file, IReadOnlyList<Segment> segments, List<(Segment Segment, FilterField? Field, ValueFilter Filter)> found)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        if (file.Read(head, 0) != HeadLength || !head.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(head[8..]) != Version)
        {
            return;
        }
        var known = new Dictionary<ulong, Segment>();
        foreach (var segment in segments)
        {
            known[Identity(segment)] = segment;
        }
        long at = HeadLength;
        long end = file.Length;
        byte[] buffer = [];
        FilterField[]? fields = null;
        while (at < end)
        {
            var content = ReadBlock(file, ref at, end, ref buffer);
            if (fields is null)
            {
                fields = ReadFields(content);
                continue;
            }
            ulong identity = BinaryPrimitives.ReadUInt64LittleEndian(content);
            if (known.TryGetValue(identity, out var segment))
            {
                ReadSegment(content[8..], segment, fields, found);
            }
        }
    }

    private static ReadOnlySpan<byte> ReadBlock(IDataFile file, ref long at, long end, ref byte[] buffer)
    {
        Span<byte> head = stackalloc byte[BlockHeadLength];
        file.Read(head, at);
        at += BlockHeadLength;
        int length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length < 0 || length > end - at)
        {
            throw new InvalidDataException("A block is cut short.");
        }
        if (buffer.Length < length)
        {
            buffer = new byte[length];
        }
        var content = buffer.AsSpan(0, length);
        if (file.Read(content, at) != length || BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) != Crc32C.Of(content))
        {
            throw new InvalidDataException("A block's checksum is wrong.");
        }
        at += length;
        return content;
    }

    private static FilterField[] ReadFields(ReadOnlySpan<byte> from)
    {
        var fields = new FilterField[Varint.ReadInt(ref from, from.Length)];
        for (int i = 0; i < fields.Length; i++)
        {
            var (field, withService) = Kinds[from[0]];
            from = from[1..];
            int length = Varint.ReadInt(ref from, from.Length);
            fields[i] = new FilterField(field, Encoding.UTF8.GetString(from[..length]), withService);
            from = from[length..];
        }
        return fields;
    }

    private static void ReadSegment(
        ReadOnlySpan<byte> from, Segment segment, FilterField[] fields, List<(Segment Segment, FilterField? Field, ValueFilter Filter)> found)
    {
        int count = Varint.ReadInt(ref from);
        for (int i = 0; i < count; i++)
        {
            int field = Varint.ReadInt(ref from, fields.Length);
            int flags = from[0];
            from = from[1..];
            int length = Varint.ReadInt(ref from, from.Length);
            if (length != BloomFilter.Fitting(length))
            {
                throw new InvalidDataException("A filter has an impossible length.");
            }
            var filter = new ValueFilter(new HashFilter(from[..length].ToArray()), (flags & 1) != 0, (flags & 2) != 0);
            from = from[length..];
            found.Add((segment, field == 0 ? null : fields[field - 1], filter));
        }
    }

    /// <summary>All that the manifest says of a segment: a number alone could come again in a directory that was brought back to an earlier state.</summary>
    private static ulong Identity(Segment segment)
    {
        var bytes = new ArrayBufferWriter<byte>();
        segment.Summary.Write(bytes);
        Varint.Write(bytes, (ulong)segment.Length);
        return StableHash.Of(bytes.WrittenSpan);
    }
}
