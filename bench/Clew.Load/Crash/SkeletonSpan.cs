using System.Buffers.Binary;
using System.Text;

namespace Clew.Load.Crash;

/// <summary>One row of <c>/traces/{id}/skeleton</c> (docs/api/own.md).</summary>
internal readonly record struct SkeletonSpan(ulong Id, CountGroup Group, ulong Start, ulong Duration)
{
    private const int HeaderBytes = 64;

    /// <summary>Reads all rows; the second value has the trace's flags.</summary>
    public static (SkeletonSpan[] Spans, int Flags) Read(ReadOnlySpan<byte> bytes)
    {
        int count = Int(bytes, 8);
        int strings = Int(bytes, 12);
        ulong origin = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        int at = HeaderBytes;
        int Column(int width, int length)
        {
            int start = at;
            at = (at + (width * length) + 7) / 8 * 8;
            return start;
        }
        int starts = Column(8, count), durations = Column(8, count);
        Column(8, count); // self times
        int ids = Column(8, count);
        Column(4, count); // parents
        Column(4, count); // sizes of subtrees
        int names = Column(4, count), services = Column(4, count), kinds = Column(1, count), statuses = Column(1, count);
        Column(1, count); // flags
        int offsets = Column(4, strings + 1);
        var texts = new string[strings];
        for (int i = 0; i < strings; i++)
        {
            texts[i] = Encoding.UTF8.GetString(bytes[(at + Int(bytes, offsets + (4 * i)))..(at + Int(bytes, offsets + (4 * i) + 4))]);
        }
        var spans = new SkeletonSpan[count];
        for (int i = 0; i < count; i++)
        {
            spans[i] = new SkeletonSpan(
                BinaryPrimitives.ReadUInt64BigEndian(bytes[(ids + (8 * i))..]),
                new CountGroup(texts[Int(bytes, services + (4 * i))], texts[Int(bytes, names + (4 * i))], bytes[kinds + i], bytes[statuses + i]),
                origin + (ulong)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(starts + (8 * i))..]),
                (ulong)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(durations + (8 * i))..]));
        }
        return (spans, BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]));
    }

    private static int Int(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
}
