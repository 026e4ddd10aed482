using Clew.Core.Files;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Compaction;

/// <summary>A segment in memory as a file that can be read. Bounded by the segment; its bytes must stay valid meanwhile.</summary>
internal sealed class ImageFile : IDataFile
{
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> pieces;
    private readonly long[] starts;

    public ImageFile(SegmentImage image)
    {
        pieces = image.Buffers;
        Length = image.Length;
        starts = new long[pieces.Count];
        long at = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            starts[i] = at;
            at += pieces[i].Length;
        }
    }

    public long Length { get; }

    public int Read(Span<byte> buffer, long offset)
    {
        int piece = Array.BinarySearch(starts, offset);
        piece = piece < 0 ? ~piece - 1 : piece;
        int done = 0;
        for (; piece < starts.Length && done < buffer.Length; piece++)
        {
            var bytes = pieces[piece].Span[(int)(offset + done - starts[piece])..];
            int length = Math.Min(bytes.Length, buffer.Length - done);
            bytes[..length].CopyTo(buffer[done..]);
            done += length;
        }
        return done;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset) => throw new NotSupportedException();

    public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset) => throw new NotSupportedException();

    public void Preallocate(long length) => throw new NotSupportedException();

    public void SetLength(long length) => throw new NotSupportedException();

    public void Sync() => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
