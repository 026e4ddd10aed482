using System.Buffers;
using System.Buffers.Binary;
using Clew.Core.Encodings;
using Clew.Core.Files;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Recovery;

/// <summary>
/// The list of segments that the store consists of. It is replaced whole: written under another name, synced, renamed. A failed
/// replacement may or may not have taken place; the next one sets it right.
/// </summary>
/// <param name="NextSequence">Number of the next segment.</param>
/// <param name="LastAppend">The last append with a number; null where it is not known.</param>
/// <param name="Segments">Path relative to the store's directory, length in bytes, and summary of each.</param>
/// <remarks>
/// Layout: magic "CLEWMAN" 1, version (u32), next sequence, last append + 1 (0: unknown; not in version 1), number of segments, then for each: path (length, UTF-8), length, summary;
/// all numbers varints; CRC-32C of everything before (u32). Keep in sync with docs/formats/segment.md.
/// </remarks>
internal sealed record Manifest(long NextSequence, AppendId? LastAppend, IReadOnlyList<ManifestEntry> Segments)
{
    public const string FileName = "MANIFEST";

    private const uint Version = 2;
    private const uint VersionWithoutAppends = 1;
    private const string NewName = FileName + ".tmp";

    private static ReadOnlySpan<byte> Magic => "CLEWMAN\u0001"u8;

    /// <summary>Replaces the manifest of that directory.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public void Write(IFileLayer files, string root)
    {
        var to = new ArrayBufferWriter<byte>();
        to.Write(Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(to.GetSpan(4), Version);
        to.Advance(4);
        Varint.Write(to, (ulong)NextSequence);
        Varint.Write(to, LastAppend is { } append ? (ulong)append.Value + 1 : 0);
        Varint.Write(to, (ulong)Segments.Count);
        foreach (var entry in Segments)
        {
            SegmentSummary.WriteText(to, entry.Path);
            Varint.Write(to, (ulong)entry.Length);
            entry.Summary.Write(to);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(to.GetSpan(4), Crc32C.Of(to.WrittenSpan));
        to.Advance(4);
        string path = Path.Combine(root, NewName);
        using (var file = files.Open(path, DataFileMode.Create))
        {
            file.Write(to.WrittenSpan, 0);
            file.Sync();
        }
        files.Rename(path, Path.Combine(root, FileName));
        files.SyncDirectory(root);
    }

    /// <summary>Reads the manifest, or returns null where there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static Manifest? Read(IFileLayer files, string root)
    {
        if (!files.ListFiles(root).Contains(FileName))
        {
            return null;
        }
        byte[] bytes;
        using (var file = files.Open(Path.Combine(root, FileName), DataFileMode.Read))
        {
            bytes = new byte[file.Length];
            file.Read(bytes, 0);
        }
        if (bytes.Length < Magic.Length + 8 || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4)) != Crc32C.Of(bytes.AsSpan(0, bytes.Length - 4)))
        {
            throw new InvalidDataException("its checksum is wrong");
        }
        ReadOnlySpan<byte> from = bytes.AsSpan(0, bytes.Length - 4);
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(from[Magic.Length..]);
        if (!from.StartsWith(Magic) || version is not (Version or VersionWithoutAppends))
        {
            throw new InvalidDataException("its version is unknown");
        }
        from = from[(Magic.Length + 4)..];
        long next = (long)Varint.Read(ref from);
        ulong append = version == VersionWithoutAppends ? 1 : Varint.Read(ref from);
        var entries = new ManifestEntry[Varint.ReadInt(ref from, from.Length)];
        for (int i = 0; i < entries.Length; i++)
        {
            string path = SegmentSummary.ReadText(ref from);
            entries[i] = new ManifestEntry(path, (long)Varint.Read(ref from), SegmentSummary.Read(ref from));
        }
        return new Manifest(next, append == 0 ? null : new AppendId((long)append - 1), entries);
    }
}
