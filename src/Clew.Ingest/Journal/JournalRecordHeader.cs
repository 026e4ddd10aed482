using System.Buffers.Binary;
using Clew.Core.Encodings;
using Clew.Ingest.Intake;

namespace Clew.Ingest.Journal;

/// <summary>The fixed part of a record. Keep in sync with docs/formats/journal.md.</summary>
/// <param name="Kind">What follows.</param>
/// <param name="Sequence">The record's number; of an end mark, the number the next record would have.</param>
/// <param name="SyncedSequence">The last record that was synced when this one was written.</param>
/// <param name="Time">When it was appended, Unix nanoseconds.</param>
/// <param name="Format">How to read the payload.</param>
/// <param name="TenantBytes">Length of the tenant's name behind the header.</param>
/// <param name="PayloadBytes">Length of the payload behind the tenant.</param>
/// <param name="PayloadChecksum">CRC-32C of the payload.</param>
internal readonly record struct JournalRecordHeader(
    JournalRecordKind Kind, long Sequence, long SyncedSequence, ulong Time, PayloadFormat Format, byte TenantBytes, int PayloadBytes,
    uint PayloadChecksum)
{
    // "CLWr"
    private const uint Magic = 0x72574C43;

    public static ReadOnlySpan<byte> MagicBytes => "CLWr"u8;

    /// <summary>Bytes before the payload.</summary>
    public int PrefixBytes => JournalFormat.RecordHeaderBytes + (int)JournalFormat.Aligned(TenantBytes);

    /// <summary>Bytes of the whole record.</summary>
    public long TotalBytes => JournalFormat.RecordBytes(TenantBytes, PayloadBytes);

    /// <summary>Writes the header before the tenant, which already lies padded in <paramref name="target"/>.</summary>
    /// <param name="target"><see cref="PrefixBytes"/> bytes.</param>
    /// <param name="seed">The file's <see cref="JournalFileHeader.Seed"/>.</param>
    public void Write(Span<byte> target, uint seed)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], SyncedSequence);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], Time);
        BinaryPrimitives.WriteInt32LittleEndian(target[32..], PayloadBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(target[36..], PayloadChecksum);
        target[40] = (byte)JournalFormat.Version;
        target[41] = (byte)Kind;
        target[42] = (byte)Format;
        target[43] = TenantBytes;
        BinaryPrimitives.WriteUInt32LittleEndian(target[44..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], Crc32C.Append(seed, target[8..PrefixBytes]));
    }

    /// <summary>Reads a header with its tenant; false where the bytes are no header of this file.</summary>
    /// <param name="source">At least a header, and the tenant where there is one.</param>
    /// <param name="seed">The file's seed.</param>
    public static bool TryRead(ReadOnlySpan<byte> source, uint seed, out JournalRecordHeader header)
    {
        header = default;
        if (source.Length < JournalFormat.RecordHeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic)
        {
            return false;
        }
        byte tenantBytes = source[43];
        int prefix = JournalFormat.RecordHeaderBytes + (int)JournalFormat.Aligned(tenantBytes);
        if (source.Length < prefix || BinaryPrimitives.ReadUInt32LittleEndian(source[4..]) != Crc32C.Append(seed, source[8..prefix]))
        {
            return false;
        }
        header = new JournalRecordHeader(
            (JournalRecordKind)source[41],
            BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
            (PayloadFormat)source[42],
            tenantBytes,
            BinaryPrimitives.ReadInt32LittleEndian(source[32..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[36..]));
        return header.PayloadBytes >= 0;
    }
}
