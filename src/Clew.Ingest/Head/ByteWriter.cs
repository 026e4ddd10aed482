using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    public void Varint(ulong value) => Length += Put(ref Room, value);

    public void Signed(long value) => Varint(Core.Encodings.Varint.ZigZag(value));

    /// <summary>Where the next byte goes.</summary>
    public readonly ref byte Room => ref Unsafe.Add(ref MemoryMarshal.GetReference(room), Length);

    /// <summary>Notes what was put there.</summary>
    public void Skip(int bytes) => Length += bytes;

    /// <summary>Writes a varint. Returns its bytes, at most 10, for which there is room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Put(ref byte to, ulong value)
    {
        if (value < 0x80)
        {
            to = (byte)value;
            return 1;
        }
        return PutLonger(ref to, value);
    }

    private static int PutLonger(ref byte to, ulong value)
    {
        int at = 0;
        do
        {
            Unsafe.Add(ref to, at++) = (byte)(value | 0x80);
            value >>= 7;
        }
        while (value >= 0x80);
        Unsafe.Add(ref to, at++) = (byte)value;
        return at;
    }
}
