using Microsoft.Win32.SafeHandles;

namespace Clew.Core.Files;

/// <summary>
/// Writes past the page cache. The bytes are gathered in aligned memory: the first block is completed by what lies before the write, the
/// last one by zeros. Copying once costs a fraction of what the page cache does with the same bytes.
/// </summary>
/// <remarks>
/// Not thread-safe. Failure policy: where the system refuses such writes as such, it says so by returning false and the caller writes the
/// ordinary way; every other failure is thrown, and part of the write may have happened.
/// </remarks>
/// <param name="direct">Owned.</param>
/// <param name="ordinary">The same file, for reading what lies before a write.</param>
internal sealed class DirectWriter(SafeFileHandle direct, SafeFileHandle ordinary) : IDisposable
{
    private const int InvalidArgument = 22; // EINVAL

    private readonly AlignedBuffer buffer = AlignedBuffer.Rent();

    /// <summary>What the last block written holds, so that the next write need not read it.</summary>
    private readonly byte[] last = new byte[AlignedBuffer.Alignment];
    private long lastOffset = -1;
    private bool isDisposed;

    /// <summary>False, with nothing written, where it must be done another way.</summary>
    public bool TryWrite(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
    {
        long length = 0;
        for (int i = 0; i < buffers.Count; i++)
        {
            length += buffers[i].Length;
        }
        if (!TryBegin(offset, length, out long at, out int used))
        {
            return false;
        }
        try
        {
            for (int i = 0; i < buffers.Count; i++)
            {
                Put(buffers[i].Span, ref at, ref used);
            }
            End(at, used);
            return true;
        }
        catch (IOException failure) when (IsRefusal(failure))
        {
            return false;
        }
    }

    /// <summary>Says that something else has written to the file.</summary>
    public void Forget() => lastOffset = -1;

    /// <summary>True where the system says that it does not write this file so.</summary>
    public static bool IsRefusal(IOException failure) => failure.HResult == InvalidArgument;

    public void Dispose()
    {
        direct.Dispose();
        if (!isDisposed)
        {
            isDisposed = true;
            AlignedBuffer.Return(buffer);
        }
    }

    private bool TryBegin(long offset, long length, out long at, out int used)
    {
        at = offset & -AlignedBuffer.Alignment;
        used = (int)(offset - at);
        long end = (offset + length + AlignedBuffer.Alignment - 1) & -AlignedBuffer.Alignment;
        if (end > RandomAccess.GetLength(ordinary))
        {
            return false; // The last block would make it longer.
        }
        if (used > 0)
        {
            if (lastOffset != at)
            {
                Read(at);
            }
            last.AsSpan(0, used).CopyTo(buffer.Span);
        }
        lastOffset = -1;
        return true;
    }

    private void Read(long at)
    {
        for (int filled = 0; filled < last.Length;)
        {
            int count = RandomAccess.Read(ordinary, last.AsSpan(filled), at + filled);
            if (count == 0)
            {
                break;
            }
            filled += count;
        }
    }

    private void Put(ReadOnlySpan<byte> bytes, ref long at, ref int used)
    {
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, AlignedBuffer.Bytes - used);
            bytes[..count].CopyTo(buffer.Span[used..]);
            bytes = bytes[count..];
            used += count;
            if (used == AlignedBuffer.Bytes)
            {
                RandomAccess.Write(direct, buffer.Span, at);
                at += used;
                used = 0;
            }
        }
    }

    private void End(long at, int used)
    {
        if (used == 0)
        {
            return;
        }
        int whole = (used + AlignedBuffer.Alignment - 1) & -AlignedBuffer.Alignment;
        buffer.Span[used..whole].Clear();
        RandomAccess.Write(direct, buffer.Span[..whole], at);
        buffer.Span.Slice(whole - AlignedBuffer.Alignment, AlignedBuffer.Alignment).CopyTo(last);
        lastOffset = at + whole - AlignedBuffer.Alignment;
    }
}
