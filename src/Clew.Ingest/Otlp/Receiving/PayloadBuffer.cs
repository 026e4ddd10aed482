using System.Buffers;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>
/// A payload as it grows, in one pooled array. Memory is taken as bytes arrive, never for what is merely announced, so that a slow sender
/// holds no more than about twice what it has sent.
/// </summary>
/// <remarks>Bounded by the limit given with each growth and by the budget. Not thread-safe. Dispose gives the array back.</remarks>
internal sealed class PayloadBuffer(BufferBudget budget) : IDisposable
{
    private const int FirstBytes = 4096;

    private byte[] array = [];

    public int Length { get; private set; }

    public ArraySegment<byte> Content => new(array, 0, Length);

    /// <summary>Appends bytes.</summary>
    public PayloadError Append(in ReadOnlySequence<byte> bytes, int limit)
    {
        if (bytes.Length > limit - Length)
        {
            return PayloadError.TooLarge;
        }
        int count = (int)bytes.Length;
        var error = Reserve(count, limit);
        if (error == PayloadError.None)
        {
            bytes.CopyTo(array.AsSpan(Length));
            Length += count;
        }
        return error;
    }

    /// <summary>Makes room for so many bytes more, and for growth up to the limit. The caller sees to it that they are within the limit.</summary>
    public PayloadError Reserve(int atLeast, int limit)
    {
        int needed = Length + atLeast;
        if (needed <= array.Length)
        {
            return PayloadError.None;
        }
        int size = (int)Math.Min(Math.Max(Math.Max(FirstBytes, needed), 2L * array.Length), Math.Max(limit, FirstBytes));
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        if (!budget.TryTake(larger.Length))
        {
            ArrayPool<byte>.Shared.Return(larger);
            return PayloadError.NoRoom;
        }
        array.AsSpan(0, Length).CopyTo(larger);
        Release();
        array = larger;
        return PayloadError.None;
    }

    /// <summary>Room after the content, to be filled and then counted by <see cref="Advance"/>.</summary>
    public Span<byte> Free => array.AsSpan(Length);

    /// <summary>Counts bytes that were put there; negative takes some back.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Leaves the array to whoever may still read it instead of giving it back for reuse.</summary>
    public void Abandon()
    {
        budget.GiveBack(array.Length);
        array = [];
        Length = 0;
    }

    public void Dispose()
    {
        Release();
        array = [];
        Length = 0;
    }

    private void Release()
    {
        if (array.Length > 0)
        {
            budget.GiveBack(array.Length);
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
