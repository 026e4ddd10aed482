using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Clew.Ingest.Head;

/// <summary>Writes what few packed spans have. The room was made before: it never grows.</summary>
internal ref struct ByteWriter(Span<byte> room)
{
    private readonly Span<byte> room = room;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Where the next byte goes.</summary>
    public readonly ref byte Room => ref Unsafe.Add(ref MemoryMarshal.GetReference(room), Length);

    public void Fixed(ulong value)
    {
        MemoryMarshal.Write(room[Length..], value);
        Length += sizeof(ulong);
    }

    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            room[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        room[Length++] = (byte)value;
    }

    public void Signed(long value) => Varint(Core.Encodings.Varint.ZigZag(value));

    /// <summary>Notes what was put there.</summary>
    public void Skip(int bytes) => Length += bytes;
}
