using System.Buffers.Binary;

namespace Clew.Core.Encodings;

/// <summary>64 well-mixed bits of a byte string, the same on every machine and for ever: filters on disk rely on it.</summary>
public static class StableHash
{
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = 0x2D358DCCAA6C78A5UL ^ (ulong)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), 0x9E3779B97F4A7C15UL);
            bytes = bytes[8..];
        }
        ulong tail = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            tail |= (ulong)bytes[i] << (8 * i);
        }
        return Fold(Fold(hash ^ tail, 0xA0761D6478BD642FUL) ^ 0x8EBC6AF09C88C6E3UL, 0xE7037ED1A0B428DBUL);
    }

    private static ulong Fold(ulong x, ulong y)
    {
        ulong high = Math.BigMul(x, y, out ulong low);
        return high ^ low;
    }
}
