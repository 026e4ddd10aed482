using System.Buffers.Binary;
using Clew.Core.Encodings;
using Clew.Storage;

namespace Clew.Ingest.Sampling.Decisions;

/// <summary>Bytes of the log of decisions. Keep in sync with docs/formats/decisions.md.</summary>
internal static class DecisionLogFormat
{
    public const int FileHeaderLength = 16;
    public const int RecordHeaderLength = 36;

    private const uint Version = 1;
    private const uint RecordMagic = 0x52434544; // "DECR"

    private static ReadOnlySpan<byte> Magic => "CLEWDEC\u0001"u8;

    public static void WriteFileHeader(Span<byte> to)
    {
        Magic.CopyTo(to);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], Crc32C.Of(to[..12]));
    }

    public static bool IsFileHeader(ReadOnlySpan<byte> from) =>
        from.Length >= FileHeaderLength && from.StartsWith(Magic) && BinaryPrimitives.ReadUInt32LittleEndian(from[8..]) == Version
        && BinaryPrimitives.ReadUInt32LittleEndian(from[12..]) == Crc32C.Of(from[..12]);

    /// <summary>Writes the header of a record.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="place">Where the header lies in the file: a record elsewhere is none.</param>
    /// <param name="append">The append it belongs to; none where it is a state that counts in any case.</param>
    /// <param name="before">The last append with a record that took place before.</param>
    /// <param name="content">What follows.</param>
    public static void WriteRecordHeader(Span<byte> to, long place, AppendId append, AppendId before, ReadOnlySpan<byte> content)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, RecordMagic);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Crc32C.Of(content));
        BinaryPrimitives.WriteInt64LittleEndian(to[12..], append.Value);
        BinaryPrimitives.WriteInt64LittleEndian(to[20..], before.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(to[28..], (uint)place);
        BinaryPrimitives.WriteUInt32LittleEndian(to[32..], Crc32C.Of(to[..32]));
    }

    /// <summary>Reads the header of the record at that place; false where there is none.</summary>
    public static bool TryReadRecordHeader(
        ReadOnlySpan<byte> from, long place, out AppendId append, out AppendId before, out int length, out uint checksum)
    {
        (append, before, length, checksum) = (default, default, 0, 0);
        if (from.Length < RecordHeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(from) != RecordMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(from[28..]) != (uint)place
            || BinaryPrimitives.ReadUInt32LittleEndian(from[32..]) != Crc32C.Of(from[..32]))
        {
            return false;
        }
        length = BinaryPrimitives.ReadInt32LittleEndian(from[4..]);
        checksum = BinaryPrimitives.ReadUInt32LittleEndian(from[8..]);
        append = new AppendId(BinaryPrimitives.ReadInt64LittleEndian(from[12..]));
        before = new AppendId(BinaryPrimitives.ReadInt64LittleEndian(from[20..]));
        return length >= 0;
    }
}
