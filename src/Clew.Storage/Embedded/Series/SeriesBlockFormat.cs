using System.Buffers.Binary;
using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// Bytes around the pages of a block. Keep in sync with docs/formats/series.md.
/// </summary>
/// <remarks>
/// Header: magic "CLEWBLK" 1, version (u32), CRC-32C (u32). Trailer: offset of the footer (i64), its length (i32), its CRC (u32), version (u32), CRC
/// of these 20 bytes (u32), magic.
/// </remarks>
internal static class SeriesBlockFormat
{
    public const int HeaderLength = 16;
    public const int TrailerLength = 32;
    public const int ChecksumLength = 4;
    public const uint Version = 1;
    public const int PageCells = 2048;
    public const int PageBytes = 128 * 1024;
    public const int PageKeys = 1024;

    public static ReadOnlySpan<byte> Magic => "CLEWBLK\u0001"u8;

    public static void WriteHeader(Span<byte> to)
    {
        Magic.CopyTo(to);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], Crc32C.Of(to[..12]));
    }

    public static void WriteTrailer(Span<byte> to, long footerOffset, ReadOnlySpan<byte> footer)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, footerOffset);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], footer.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], Crc32C.Of(footer));
        BinaryPrimitives.WriteUInt32LittleEndian(to[16..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(to[20..], Crc32C.Of(to[..20]));
        Magic.CopyTo(to[24..]);
    }

    /// <summary>Where the footer lies.</summary>
    /// <exception cref="InvalidDataException">The trailer is damaged, or of an unknown version.</exception>
    public static (long Offset, int Length, uint Checksum) ReadTrailer(ReadOnlySpan<byte> from, long fileLength)
    {
        if (from.Length != TrailerLength || !from[24..].SequenceEqual(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(from[20..]) != Crc32C.Of(from[..20]))
        {
            throw new InvalidDataException("its trailer is damaged");
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(from[16..]) != Version)
        {
            throw new InvalidDataException("its version is unknown");
        }
        long offset = BinaryPrimitives.ReadInt64LittleEndian(from);
        int length = BinaryPrimitives.ReadInt32LittleEndian(from[8..]);
        return offset >= HeaderLength && length >= 0 && offset + length + TrailerLength == fileLength
            ? (offset, length, BinaryPrimitives.ReadUInt32LittleEndian(from[12..]))
            : throw new InvalidDataException("its trailer does not fit its length");
    }

    /// <summary>True for a page whose checksum, at its end, is right.</summary>
    public static bool IsSound(ReadOnlySpan<byte> page) =>
        page.Length >= ChecksumLength && BinaryPrimitives.ReadUInt32LittleEndian(page[^ChecksumLength..]) == Crc32C.Of(page[..^ChecksumLength]);
}
