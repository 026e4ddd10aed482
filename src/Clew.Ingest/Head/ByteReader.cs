using System.Runtime.CompilerServices;

namespace Clew.Ingest.Head;

/// <summary>Reads what <see cref="ByteWriter"/> wrote. The bytes never left memory, so they are not doubted.</summary>
internal ref struct ByteReader(ref byte bytes)
{
    private ref byte next = ref bytes;

    /// <summary>What is read next.</summary>
    public readonly ref byte Next => ref next;

    /// <summary>Passes by what was read elsewhere.</summary>
    public void Skip(int length) => next = ref Unsafe.Add(ref next, length);

    public ulong Fixed()
    {
        ulong value = Unsafe.ReadUnaligned<ulong>(ref next);
        Skip(sizeof(ulong));
        return value;
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            ulong part = next;
            next = ref Unsafe.Add(ref next, 1);
            value |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    public int Id() => (int)Varint();

    public long Signed() => Core.Encodings.Varint.UnZigZag(Varint());
}
