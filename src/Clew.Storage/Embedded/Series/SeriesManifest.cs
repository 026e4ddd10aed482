using System.Buffers;
using System.Buffers.Binary;
using Clew.Core.Encodings;
using Clew.Core.Files;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// What the series store consists of: blocks, and the log from some file on. Replaced whole: written under another name, synced, renamed.
/// There are two, replaced one after the other, so that the loss of one loses nothing; the one of the higher generation counts.
/// </summary>
/// <param name="Generation">Counted up by each replacement, also by those that fail.</param>
/// <param name="Folded">The last append that is in the blocks. Records of the log up to it count for nothing.</param>
/// <param name="NextNumber">No file of this number or a greater one was there yet.</param>
/// <param name="FirstLog">Log files before this one are leftovers.</param>
/// <param name="Blocks">Summary and length in bytes of each.</param>
/// <remarks>
/// Layout: magic "CLEWSER" 1, version (u32), generation, last append folded, next number, first log, number of blocks, then for each: length,
/// summary; all numbers varints; CRC-32C of everything before (u32). Keep in sync with docs/formats/series.md.
/// </remarks>
internal sealed record SeriesManifest(
    long Generation, AppendId Folded, long NextNumber, long FirstLog, IReadOnlyList<(SeriesBlockSummary Summary, long Length)> Blocks)
{
    public const string FileName = "MANIFEST";
    public const string CopyName = "MANIFEST.copy";

    private const uint Version = 1;

    private static ReadOnlySpan<byte> Magic => "CLEWSER\u0001"u8;

    /// <summary>Replaces one of the two.</summary>
    /// <exception cref="IOException">The system refuses: it is the old one or the new one.</exception>
    public void Write(IFileLayer files, string root, string name)
    {
        var to = new ArrayBufferWriter<byte>();
        to.Write(Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(to.GetSpan(4), Version);
        to.Advance(4);
        foreach (long number in (ReadOnlySpan<long>)[Generation, Folded.Value, NextNumber, FirstLog, Blocks.Count])
        {
            Varint.Write(to, (ulong)number);
        }
        foreach (var (summary, length) in Blocks)
        {
            Varint.Write(to, (ulong)length);
            summary.Write(to);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(to.GetSpan(4), Crc32C.Of(to.WrittenSpan));
        to.Advance(4);
        string path = Path.Combine(root, name);
        string temporary = path + SeriesPaths.TemporarySuffix;
        using (var file = files.Open(temporary, DataFileMode.Create))
        {
            file.Write(to.WrittenSpan, 0);
            file.Sync();
        }
        files.Rename(temporary, path);
        files.SyncDirectory(root);
    }

    /// <summary>Reads one of the two.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    public static SeriesManifest Read(IFileLayer files, string root, string name)
    {
        byte[] bytes;
        using (var file = files.Open(Path.Combine(root, name), DataFileMode.Read))
        {
            bytes = SeriesBlockDirectory.ReadBytes(file, 0, (int)Math.Min(file.Length, Array.MaxLength));
        }
        if (bytes.Length < Magic.Length + 8 || !SeriesBlockFormat.IsSound(bytes))
        {
            throw new InvalidDataException("its checksum is wrong");
        }
        ReadOnlySpan<byte> from = bytes.AsSpan(0, bytes.Length - SeriesBlockFormat.ChecksumLength);
        if (!from.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(from[Magic.Length..]) != Version)
        {
            throw new InvalidDataException("its version is unknown");
        }
        from = from[(Magic.Length + 4)..];
        long generation = (long)Varint.Read(ref from);
        var folded = new AppendId((long)Varint.Read(ref from));
        long next = (long)Varint.Read(ref from);
        long firstLog = (long)Varint.Read(ref from);
        var blocks = new (SeriesBlockSummary, long)[Varint.ReadInt(ref from, from.Length)];
        for (int i = 0; i < blocks.Length; i++)
        {
            long length = (long)Varint.Read(ref from);
            blocks[i] = (SeriesBlockSummary.Read(ref from), length);
        }
        return new SeriesManifest(generation, folded, next, firstLog, blocks);
    }
}
