using System.Buffers.Binary;

namespace Clew.Ingest.Head;

/// <summary>Writes the fields of a packed span. The room was made before: it never grows.</summary>
internal ref struct ByteWriter(Span<byte> room)
{
    private readonly Span<byte> room = room;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    public void Int(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(room[Length..], value);
        Length += sizeof(int);
    }

    public void Fixed(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(room[Length..], value);
        Length += sizeof(ulong);
    }

    public void Byte(byte value) => room[Length++] = value;

    public void Varint(ulong value)
    {
        int at = Length;
        while (value >= 0x80)
        {
            room[at++] = (byte)(value | 0x80);
            value >>= 7;
        }
        room[at++] = (byte)value;
        Length = at;
    }

    public void Signed(long value) => Varint(Core.Encodings.Varint.ZigZag(value));
}
