using System.Runtime.CompilerServices;

namespace Clew.Core.Files;

/// <summary>Memory that writes past the page cache can be made from: it begins at a multiple of <see cref="Alignment"/> and stays there.</summary>
/// <remarks>
/// Two are kept for the next users, because fresh memory costs more than what is done with it: a file that is prepared needs one for its
/// zeros besides its own, while a third belongs to the file that is written.
/// </remarks>
internal sealed class AlignedBuffer
{
    /// <summary>What memory, places and lengths are multiples of. No device asks for more.</summary>
    public const int Alignment = 4096;

    /// <summary>Bytes of every buffer: a longer write takes several system calls.</summary>
    public const int Bytes = 1 << 20;

    private static readonly AlignedBuffer?[] Kept = new AlignedBuffer?[2];

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
    public static AlignedBuffer Rent() =>
        Interlocked.Exchange(ref Kept[0], null) ?? Interlocked.Exchange(ref Kept[1], null) ?? new AlignedBuffer();

    /// <summary>Gives it back.</summary>
    public static void Return(AlignedBuffer buffer)
    {
        if (Interlocked.Exchange(ref Kept[0], buffer) is { } earlier)
        {
            Volatile.Write(ref Kept[1], earlier);
        }
    }
}
