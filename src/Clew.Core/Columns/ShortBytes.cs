using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Clew.Core.Columns;

/// <summary>
/// Looks at strings of a few dozen bytes, as keys and values of attributes are: without a call, and in steps that overlap at the end.
/// </summary>
public static class ShortBytes
{
    /// <summary>Bytes that <see cref="Prefix"/> looks at.</summary>
    public const int Window = 64;

    /// <summary>True where the bytes are the same.</summary>
    /// <param name="a">The first of <paramref name="length"/> bytes.</param>
    /// <param name="b">The first of as many others.</param>
    /// <param name="length">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Same(ref byte a, ref byte b, int length)
    {
        if (length >= 16)
        {
            int last = length - 16;
            for (int i = 0; i < last; i += 16)
            {
                if (Vector128.LoadUnsafe(ref a, (nuint)i) != Vector128.LoadUnsafe(ref b, (nuint)i))
                {
                    return false;
                }
            }
            return Vector128.LoadUnsafe(ref a, (nuint)last) == Vector128.LoadUnsafe(ref b, (nuint)last);
        }
        if (length >= 8)
        {
            return ((Read<ulong>(ref a, 0) ^ Read<ulong>(ref b, 0)) | (Read<ulong>(ref a, length - 8) ^ Read<ulong>(ref b, length - 8))) == 0;
        }
        if (length >= 4)
        {
            return ((Read<uint>(ref a, 0) ^ Read<uint>(ref b, 0)) | (Read<uint>(ref a, length - 4) ^ Read<uint>(ref b, length - 4))) == 0;
        }
        for (int i = 0; i < length; i++)
        {
            if (Unsafe.Add(ref a, i) != Unsafe.Add(ref b, i))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>How many bytes are the same up to the first that differs: at most <see cref="Window"/>.</summary>
    /// <param name="a">The first of at least <see cref="Window"/> bytes.</param>
    /// <param name="b">The first of as many others.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Prefix(ref byte a, ref byte b)
    {
        uint low = ~Vector256.Equals(Vector256.LoadUnsafe(ref a), Vector256.LoadUnsafe(ref b)).ExtractMostSignificantBits();
        uint high = ~Vector256.Equals(Vector256.LoadUnsafe(ref a, 32), Vector256.LoadUnsafe(ref b, 32)).ExtractMostSignificantBits();
        return BitOperations.TrailingZeroCount(low | ((ulong)high << 32));
    }

    /// <summary>True where every byte is below 0x80.</summary>
    /// <param name="a">The first of <paramref name="length"/> bytes.</param>
    /// <param name="length">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAscii(ref byte a, int length)
    {
        if (length >= 16)
        {
            int last = length - 16;
            var all = Vector128.LoadUnsafe(ref a, (nuint)last);
            for (int i = 0; i < last; i += 16)
            {
                all |= Vector128.LoadUnsafe(ref a, (nuint)i);
            }
            return all.ExtractMostSignificantBits() == 0;
        }
        ulong bytes = 0;
        if (length >= 8)
        {
            bytes = Read<ulong>(ref a, 0) | Read<ulong>(ref a, length - 8);
        }
        else if (length >= 4)
        {
            bytes = Read<uint>(ref a, 0) | Read<uint>(ref a, length - 4);
        }
        else
        {
            for (int i = 0; i < length; i++)
            {
                bytes |= Unsafe.Add(ref a, i);
            }
        }
        return (bytes & 0x8080808080808080) == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Read<T>(ref byte from, int at) => Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref from, at));
}
