using System.Buffers;
using System.Buffers.Binary;
using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Deletions;

/// <summary>
/// A segment's deletion list on disk, beside the segment, replaced whole: written under a temporary name, synced, renamed, directory synced.
/// </summary>
/// <remarks>
/// Layout: magic "CLEWDEL" 1, version (u32), number of traces, then for each, by row: trace id (high and low u64), row minus the row
/// before, first span, spans; numbers are varints; CRC-32C of everything before (u32). Keep in sync with docs/formats/segment.md.
/// </remarks>
internal static class DeletionFile
{
    public const string Extension = ".del";

    private const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "CLEWDEL\u0001"u8;

    /// <summary>The list of the segment with that path.</summary>
    public static string PathOf(string segmentPath) => Path.ChangeExtension(segmentPath, Extension);

    /// <summary>Replaces the list. When it returns the list is durable.</summary>
    /// <exception cref="IOException">The system refuses: the list is the old one or the new one.</exception>
    public static void Write(IFileLayer files, string root, string segmentPath, DeletionList list)
    {
        var to = new ArrayBufferWriter<byte>();
        to.Write(Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(to.GetSpan(4), Version);
        to.Advance(4);
        Varint.Write(to, (ulong)list.Traces.Count);
        int row = 0;
        foreach (var trace in list.Traces)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to.GetSpan(16), trace.TraceId.High);
            BinaryPrimitives.WriteUInt64LittleEndian(to.GetSpan(16)[8..], trace.TraceId.Low);
            to.Advance(16);
            Varint.Write(to, (ulong)(trace.Row - row));
            Varint.Write(to, (ulong)trace.Spans.Start);
            Varint.Write(to, (ulong)trace.Spans.Count);
            row = trace.Row;
        }
        BinaryPrimitives.WriteUInt32LittleEndian(to.GetSpan(4), Crc32C.Of(to.WrittenSpan));
        to.Advance(4);
        string path = Path.Combine(root, PathOf(segmentPath));
        string temporary = path + SegmentPaths.TemporarySuffix;
        using (var file = files.Open(temporary, DataFileMode.Create))
        {
            file.Write(to.WrittenSpan, 0);
            file.Sync();
        }
        files.Rename(temporary, path);
        files.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Reads the list of a segment.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static DeletionList Read(IFileLayer files, string root, string segmentPath, SegmentSummary summary)
    {
        byte[] bytes;
        using (var file = files.Open(Path.Combine(root, PathOf(segmentPath)), DataFileMode.Read))
        {
            bytes = new byte[file.Length];
            file.Read(bytes, 0);
        }
        if (bytes.Length < Magic.Length + 8 || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4)) != Crc32C.Of(bytes.AsSpan(0, bytes.Length - 4)))
        {
            throw new InvalidDataException("its checksum is wrong");
        }
        ReadOnlySpan<byte> from = bytes.AsSpan(0, bytes.Length - 4);
        if (!from.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(from[Magic.Length..]) != Version)
        {
            throw new InvalidDataException("its version is unknown");
        }
        from = from[(Magic.Length + 4)..];
        var traces = new DeletedTrace[Varint.ReadInt(ref from, from.Length)];
        int row = 0;
        for (int i = 0; i < traces.Length; i++)
        {
            var id = new TraceId(BinaryPrimitives.ReadUInt64LittleEndian(from), BinaryPrimitives.ReadUInt64LittleEndian(from[8..]));
            from = from[16..];
            row += Varint.ReadInt(ref from, summary.Traces);
            int first = Varint.ReadInt(ref from, summary.Spans);
            traces[i] = new DeletedTrace(id, row, new RowRange(first, Varint.ReadInt(ref from, summary.Spans - first)));
        }
        return new DeletionList(traces);
    }
}
