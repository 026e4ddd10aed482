using System.Buffers.Binary;
using Clew.Core.Encodings;
using Clew.Core.Files;
using Clew.Core.Model;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Reading;

/// <summary>
/// A segment's footer, read and checked: everything needed to find its pages.
/// Keep in sync with <see cref="SegmentAssembler"/> and docs/formats/segment.md.
/// </summary>
internal sealed class SegmentDirectory
{
    private const int TailLength = 16 * 1024;

    private readonly Dictionary<(ColumnRole, OwnerKind), ColumnInfo> byRole = [];
    private readonly Dictionary<(OwnerKind, string), List<ColumnInfo>> byKey = [];

    private SegmentDirectory(SegmentSummary summary) => Summary = summary;

    public SegmentSummary Summary { get; }

    public List<ColumnInfo> Columns { get; } = [];

    public List<DictionaryInfo> Dictionaries { get; } = [];

    public int GroupRows => Summary.GroupRows;

    public int Resources { get; private set; }

    public int Scopes { get; private set; }

    public long TraceIndexOffset { get; private set; }

    public int TraceIndexLength { get; private set; }

    /// <summary>The segments that this one was merged from, and those that they were merged from.</summary>
    public IReadOnlyList<SegmentName> Replaces { get; private set; } = [];

    /// <summary>The column with that role, or null where the segment has none.</summary>
    public ColumnInfo? Find(ColumnRole role, OwnerKind owner) => byRole.GetValueOrDefault((role, owner));

    /// <summary>The column with that role.</summary>
    public ColumnInfo Get(ColumnRole role, OwnerKind owner) =>
        Find(role, owner) ?? throw new SegmentDamagedException($"The column {role} of {owner} is missing.");

    /// <summary>True where the segment has the columns of what closing derives: all of them.</summary>
    public bool HasDerivedValues =>
        Find(ColumnRole.CoveredTime, OwnerKind.Span) is not null
        && Find(ColumnRole.CriticalClass, OwnerKind.Span) is not null
        && Find(ColumnRole.TraceShape, OwnerKind.Trace) is not null
        && Find(ColumnRole.TraceRootService, OwnerKind.Trace) is not null
        && Find(ColumnRole.TraceRootName, OwnerKind.Trace) is not null
        && Find(ColumnRole.TraceErrors, OwnerKind.Trace) is not null
        && Find(ColumnRole.TraceServices, OwnerKind.Trace) is not null;

    /// <summary>The columns of an attribute key, one per type.</summary>
    public IReadOnlyList<ColumnInfo> Attribute(OwnerKind owner, string key) => byKey.TryGetValue((owner, key), out var columns) ? columns : [];

    /// <exception cref="SegmentDamagedException">The file is not a whole segment of a known version.</exception>
    public static SegmentDirectory Read(IDataFile file)
    {
        try
        {
            return Parse(Footer(file));
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new SegmentDamagedException($"The footer cannot be read: {failure.Message}", -1, failure);
        }
    }

    private static byte[] Footer(IDataFile file)
    {
        // One read brings the trailer and, of most segments, the footer.
        long fileLength = file.Length;
        byte[] tail = new byte[Math.Min(TailLength, fileLength)];
        if (tail.Length < SegmentFormat.TrailerLength || file.Read(tail, fileLength - tail.Length) != tail.Length)
        {
            throw new InvalidDataException("the file is too short.");
        }
        var trailer = tail.AsSpan(tail.Length - SegmentFormat.TrailerLength);
        if (!trailer[24..].SequenceEqual(SegmentFormat.Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(trailer[20..]) != Crc32C.Of(trailer[..20]))
        {
            throw new InvalidDataException("the trailer is damaged.");
        }
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(trailer[16..]);
        if (version is < SegmentFormat.OldestVersion or > SegmentFormat.Version)
        {
            throw new InvalidDataException($"version {version} is unknown.");
        }
        long offset = BinaryPrimitives.ReadInt64LittleEndian(trailer);
        int length = BinaryPrimitives.ReadInt32LittleEndian(trailer[8..]);
        if (offset < 0 || length < 0 || offset + length + SegmentFormat.TrailerLength != fileLength)
        {
            throw new InvalidDataException("its place is wrong.");
        }
        byte[] footer = new byte[length];
        long inTail = offset - (fileLength - tail.Length);
        if (inTail >= 0)
        {
            tail.AsSpan((int)inTail, length).CopyTo(footer);
        }
        else
        {
            file.Read(footer, offset);
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer[12..]) != Crc32C.Of(footer))
        {
            throw new InvalidDataException("its checksum is wrong.");
        }
        return footer;
    }

    private static SegmentDirectory Parse(ReadOnlySpan<byte> footer)
    {
        var sections = new byte[7][];
        while (!footer.IsEmpty)
        {
            int section = Varint.ReadInt(ref footer);
            int length = Varint.ReadInt(ref footer, footer.Length);
            if (section < sections.Length)
            {
                sections[section] = footer[..length].ToArray();
            }
            footer = footer[length..];
        }
        ReadOnlySpan<byte> head = sections[1];
        var directory = new SegmentDirectory(SegmentSummary.Read(ref head));
        directory.ReadTables(sections[2]);
        directory.ReadColumns(sections[4], Keys(sections[3]));
        directory.ReadDictionaries(sections[5]);
        if (sections[6] is { } replaced)
        {
            directory.ReadReplaced(replaced);
        }
        return directory;
    }

    private static string[] Keys(ReadOnlySpan<byte> from)
    {
        var keys = new string[Varint.ReadInt(ref from)];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = SegmentSummary.ReadText(ref from);
        }
        return keys;
    }

    private void ReadTables(ReadOnlySpan<byte> from)
    {
        Resources = Varint.ReadInt(ref from);
        Scopes = Varint.ReadInt(ref from);
        TraceIndexOffset = (long)Varint.Read(ref from);
        TraceIndexLength = Varint.ReadInt(ref from);
    }

    private void ReadReplaced(ReadOnlySpan<byte> from)
    {
        var names = new SegmentName[Varint.ReadInt(ref from, from.Length)];
        long last = 0;
        for (int i = 0; i < names.Length; i++)
        {
            last += Varint.ReadSigned(ref from);
            names[i] = new SegmentName(last, Varint.ReadInt(ref from));
        }
        Replaces = names;
    }

    private void ReadColumns(ReadOnlySpan<byte> from, string[] keys)
    {
        int count = Varint.ReadInt(ref from);
        for (int i = 0; i < count; i++)
        {
            int length = Varint.ReadInt(ref from, from.Length);
            var column = ReadColumn(from[..length], keys, i);
            from = from[length..];
            Columns.Add(column);
            if (column.Role != ColumnRole.Attribute)
            {
                byRole[(column.Role, column.Owner)] = column;
                continue;
            }
            if (!byKey.TryGetValue((column.Owner, column.Key), out var types))
            {
                byKey.Add((column.Owner, column.Key), types = []);
            }
            types.Add(column);
        }
    }

    private static ColumnInfo ReadColumn(ReadOnlySpan<byte> from, string[] keys, int index)
    {
        var role = (ColumnRole)from[0];
        var owner = (OwnerKind)from[1];
        var type = (AttributeType)from[2];
        from = from[3..];
        int ordinal = Varint.ReadInt(ref from);
        int key = Varint.ReadInt(ref from, keys.Length);
        int dictionary = Varint.ReadInt(ref from);
        long at = (long)Varint.Read(ref from);
        var pages = new PageEntry[Varint.ReadInt(ref from, from.Length)];
        var offsets = new long[pages.Length];
        for (int i = 0; i < pages.Length; i++)
        {
            offsets[i] = at;
            int length = Varint.ReadInt(ref from);
            if (length > 0)
            {
                int values = Varint.ReadInt(ref from);
                long min = Varint.ReadSigned(ref from);
                pages[i] = new PageEntry(length, values, min, min + (long)Varint.Read(ref from));
            }
            at += length;
        }
        return new ColumnInfo
        {
            Index = index,
            Role = role,
            Owner = owner,
            Type = type,
            Ordinal = ordinal,
            Key = key == 0 ? "" : keys[key - 1],
            Dictionary = dictionary - 1,
            Pages = pages,
            Offsets = offsets,
        };
    }

    private void ReadDictionaries(ReadOnlySpan<byte> from)
    {
        int count = Varint.ReadInt(ref from);
        for (int i = 0; i < count; i++)
        {
            int entries = Varint.ReadInt(ref from);
            long at = (long)Varint.Read(ref from);
            int pages = Varint.ReadInt(ref from, from.Length);
            var firstIds = new int[pages];
            var offsets = new long[pages];
            var lengths = new int[pages];
            int id = 0;
            for (int page = 0; page < pages; page++)
            {
                firstIds[page] = id;
                offsets[page] = at;
                id += Varint.ReadInt(ref from);
                lengths[page] = Varint.ReadInt(ref from);
                at += lengths[page];
            }
            Dictionaries.Add(new DictionaryInfo(entries, firstIds, offsets, lengths, (long)Varint.Read(ref from), Varint.ReadInt(ref from)));
        }
    }
}
