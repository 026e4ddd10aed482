using System.Buffers.Binary;
using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// Bytes of the log of deltas. Keep in sync with docs/formats/series.md.
/// </summary>
/// <remarks>
/// File: magic "CLEWSLG" 1, version (u32), CRC-32C of these 12 bytes (u32); then records. Record: length of the delta (u32), its CRC-32C (u32),
/// number of the append (u64), number of the last append known to have taken place (u64), CRC-32C (u32) of file number (u64), place in the
/// file (u64) and the 24 bytes before; then the delta. A record that was moved, or is left over from other bytes, does not pass for one.
/// </remarks>
internal static class SeriesLogFormat
{
    public const int FileHeaderLength = 16;
    public const int RecordHeaderLength = 28;
    public const uint Version = 1;

    public static ReadOnlySpan<byte> Magic => "CLEWSLG\u0001"u8;

    public static void WriteFileHeader(Span<byte> to)
    {
        Magic.CopyTo(to);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], Crc32C.Of(to[..12]));
    }

    public static bool IsFileHeader(ReadOnlySpan<byte> from) =>
        from.Length >= FileHeaderLength && from.StartsWith(Magic) && BinaryPrimitives.ReadUInt32LittleEndian(from[8..]) == Version
        && BinaryPrimitives.ReadUInt32LittleEndian(from[12..]) == Crc32C.Of(from[..12]);

    public static void WriteRecordHeader(Span<byte> to, long file, long place, AppendId append, AppendId previous, ReadOnlySpan<byte> delta)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)delta.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(to[4..], Crc32C.Of(delta));
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], append.Value);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], previous.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(to[24..], HeaderChecksum(to, file, place));
    }

    /// <summary>Reads a record's header, or returns null where there is none.</summary>
    public static SeriesLogRecord? ReadRecordHeader(ReadOnlySpan<byte> from, long file, long place)
    {
        if (from.Length < RecordHeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(from[24..]) != HeaderChecksum(from, file, place))
        {
            return null;
        }
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(from);
        return length > int.MaxValue
            ? null
            : new SeriesLogRecord(
                file,
                place + RecordHeaderLength,
                (int)length,
                BinaryPrimitives.ReadUInt32LittleEndian(from[4..]),
                new AppendId(BinaryPrimitives.ReadInt64LittleEndian(from[8..])),
                new AppendId(BinaryPrimitives.ReadInt64LittleEndian(from[16..])));
    }

    private static uint HeaderChecksum(ReadOnlySpan<byte> header, long file, long place)
    {
        Span<byte> bytes = stackalloc byte[40];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, file);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], place);
        header[..24].CopyTo(bytes[16..]);
        return Crc32C.Of(bytes);
    }
}
