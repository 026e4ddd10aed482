using System.Buffers;
using System.Buffers.Binary;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>Collects the values of one column and encodes them page by page.</summary>
internal sealed class ColumnWriter(ColumnRole role, OwnerKind owner, DictionaryWriter? dictionary = null)
{
    private readonly ArrayBufferWriter<byte> bytes = new();
    private long[] values = new long[64];
    private int count;

    public ColumnRole Role => role;

    public OwnerKind Owner => owner;

    public DictionaryWriter? Dictionary => dictionary;

    /// <summary>Of an attribute column: its number in shapes, its key's index, its type.</summary>
    public int Ordinal { get; init; }

    public int Key { get; init; } = -1;

    public AttributeType Type { get; init; }

    public List<PageEntry> Pages { get; } = [];

    /// <summary>The encoded pages, each followed by its checksum.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes.WrittenMemory;

    public void Add(long value)
    {
        if (count == values.Length)
        {
            Array.Resize(ref values, count * 2);
        }
        values[count++] = value;
    }

    /// <summary>Adds a string of the batch.</summary>
    public void AddString(int stringId) => Add(dictionary!.IdOf(stringId));

    public void EndPage(IntegerPage encoder)
    {
        if (count == 0)
        {
            Pages.Add(default);
            return;
        }
        var page = values.AsSpan(0, count);
        int start = bytes.WrittenCount;
        encoder.Encode(page, bytes);
        uint checksum = Crc32C.Of(bytes.WrittenSpan[start..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.GetSpan(4), checksum);
        bytes.Advance(4);
        var (min, max) = Bounds(page);
        Pages.Add(new PageEntry(bytes.WrittenCount - start, count, min, max));
        count = 0;
    }

    private (long Min, long Max) Bounds(ReadOnlySpan<long> page)
    {
        bool isTime = role is ColumnRole.Start or ColumnRole.TraceStart;
        long min = long.MaxValue;
        long max = long.MinValue;
        foreach (long value in page)
        {
            // Times are unsigned; like conditions, bounds take those past 2^63 for the largest.
            long v = isTime && value < 0 ? long.MaxValue : value;
            min = Math.Min(min, v);
            max = Math.Max(max, v);
        }
        return (min, max);
    }
}
