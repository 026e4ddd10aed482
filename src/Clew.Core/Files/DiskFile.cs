using Microsoft.Win32.SafeHandles;

namespace Clew.Core.Files;

/// <summary>A file of the real file system.</summary>
/// <param name="handle">Owned.</param>
/// <param name="path">Where it was opened.</param>
/// <param name="direct">The same file for writing past the page cache, or null. Owned.</param>
internal sealed class DiskFile(SafeFileHandle handle, string path, SafeFileHandle? direct) : IDataFile
{
    private DirectWriter? writer = direct is null ? null : new DirectWriter(direct, handle);

    public long Length => RandomAccess.GetLength(handle);

    public int Read(Span<byte> buffer, long offset)
    {
        int total = 0;
        while (total < buffer.Length)
        {
            int read = RandomAccess.Read(handle, buffer[total..], offset + total);
            if (read == 0)
            {
                break;
            }
            total += read;
        }
        return total;
    }

    public void Expect(long offset, int bytes) => NativeFiles.Expect(handle, offset, bytes);

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        writer?.Forget();
        RandomAccess.Write(handle, bytes, offset);
    }

    public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
    {
        if (writer is null || !writer.TryWrite(buffers, offset))
        {
            RandomAccess.Write(handle, buffers, offset);
        }
    }

    public void Preallocate(long length)
    {
        // Written, not only reserved: overwriting written extents is what makes later syncs cheap. And past the page cache, which would
        // take more from the processor for these zeros than the whole rest of the journal.
        long at = Length;
        NativeFiles.Reserve(handle, at, length - at);
        var zeros = AlignedBuffer.Rent();
        zeros.Span.Clear();
        using (var past = at % AlignedBuffer.Alignment == 0 ? NativeFiles.TryOpenDirect(path) : null)
        {
            var to = past ?? handle;
            while (at < length)
            {
                int count = (int)Math.Min(AlignedBuffer.Bytes, length - at);
                to = count % AlignedBuffer.Alignment == 0 ? to : handle;
                try
                {
                    RandomAccess.Write(to, zeros.Span[..count], at);
                }
                catch (IOException failure) when (to != handle && DirectWriter.IsRefusal(failure))
                {
                    to = handle;
                    continue;
                }
                at += count;
            }
        }
        AlignedBuffer.Return(zeros);
    }

    public void SetLength(long length) => RandomAccess.SetLength(handle, length);

    public void Sync()
    {
        if (OperatingSystem.IsLinux())
        {
            NativeFiles.SyncData(handle);
        }
        else
        {
            RandomAccess.FlushToDisk(handle);
        }
    }

    public void Dispose()
    {
        writer?.Dispose();
        writer = null;
        handle.Dispose();
    }
}
