using System.Runtime.CompilerServices;

namespace Clew.Core.Files;

/// <summary>Memory that writes past the page cache can be made from: it begins at a multiple of <see cref="Alignment"/> and stays there.</summary>
/// <remarks>One is kept for the next user, because fresh memory costs more than what is done with it.</remarks>
internal sealed class AlignedBuffer
{
    /// <summary>What memory, places and lengths are multiples of. No device asks for more.</summary>
    public const int Alignment = 4096;

    /// <summary>Bytes of every buffer: a longer write takes several system calls.</summary>
    public const int Bytes = 1 << 20;

    private static AlignedBuffer? kept;

    private readonly byte[] array = GC.AllocateUninitializedArray<byte>(Bytes + Alignment, pinned: true);
    private readonly int start;

    private unsafe AlignedBuffer()
    {
        long address = (long)Unsafe.AsPointer(ref array[0]);
        start = (int)(-address & (Alignment - 1));
    }

    /// <summary>The memory; its content is whatever the last user left.</summary>
    public Span<byte> Span => array.AsSpan(start, Bytes);

    /// <summary>One for exclusive use until <see cref="Return"/>.</summary>
    public static AlignedBuffer Rent() => Interlocked.Exchange(ref kept, null) ?? new AlignedBuffer();

    /// <summary>Gives it back.</summary>
    public static void Return(AlignedBuffer buffer) => Volatile.Write(ref kept, buffer);
}
