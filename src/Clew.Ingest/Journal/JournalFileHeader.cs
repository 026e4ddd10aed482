using System.Buffers.Binary;
using Clew.Core.Encodings;

namespace Clew.Ingest.Journal;

/// <summary>What a file says of itself. Keep in sync with docs/formats/journal.md.</summary>
/// <param name="Version">The format's version.</param>
/// <param name="Generation">Greater for every use of a file, a recycled one included; equals the number in its name.</param>
/// <param name="Salt">Random for every use: with the generation it seeds the checksums of the file's records, so that no other use's records pass.</param>
/// <param name="FirstSequence">The first record's number; records of earlier files from this number on are void.</param>
/// <param name="SyncedSequence">The last record that was synced when the file was begun; missing ones up to here are damage.</param>
/// <param name="Time">When it was begun, Unix nanoseconds.</param>
internal readonly record struct JournalFileHeader(
    ushort Version, long Generation, ulong Salt, long FirstSequence, long SyncedSequence, ulong Time)
{
    // "CLEWJRNL"
    private const ulong Magic = 0x4C4E524A57454C43;

    /// <summary>What the checksums of this file's record headers start from.</summary>
    public uint Seed
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, Generation);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Salt);
            return Crc32C.Of(bytes);
        }
    }

    public void Write(Span<byte> target)
    {
        target = target[..JournalFormat.FileHeaderBytes];
        target.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(target[8..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Generation);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], Salt);
        BinaryPrimitives.WriteInt64LittleEndian(target[32..], FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[40..], SyncedSequence);
        BinaryPrimitives.WriteUInt64LittleEndian(target[48..], Time);
        BinaryPrimitives.WriteUInt32LittleEndian(target[60..], Crc32C.Of(target[..60]));
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out JournalFileHeader header)
    {
        source = source[..JournalFormat.FileHeaderBytes];
        header = default;
        if (BinaryPrimitives.ReadUInt64LittleEndian(source) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(source[60..]) != Crc32C.Of(source[..60]))
        {
            return false;
        }
        header = new JournalFileHeader(
            BinaryPrimitives.ReadUInt16LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[48..]));
        return true;
    }
}
