using System.Buffers.Binary;

namespace Clew.Ingest.Head;

/// <summary>Reads what <see cref="ByteWriter"/> wrote. The bytes never left memory, so they are not doubted.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int at;

    public ulong Fixed()
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
        at += sizeof(ulong);
        return value;
    }

    public byte Byte() => bytes[at++];

    public ulong Varint()
    {
        ulong value = bytes[at++];
        if (value < 0x80)
        {
            return value;
        }
        value &= 0x7F;
        for (int shift = 7; ; shift += 7)
        {
            ulong next = bytes[at++];
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    public int Id() => (int)Varint();

    public long Signed() => Core.Encodings.Varint.UnZigZag(Varint());
}
