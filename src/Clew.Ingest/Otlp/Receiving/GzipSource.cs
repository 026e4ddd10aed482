using System.IO.Compression;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>A received gzip stream with a member of our own behind its last one.</summary>
/// <remarks>
/// The decompressor takes any number of members, and minds neither an end that is cut off nor bytes behind the end. But what stands in
/// <see cref="Mark"/> comes out last only if our member began where one may begin: if the stream before it was whole.
/// </remarks>
internal sealed class GzipSource(ArraySegment<byte> compressed) : Stream
{
    private static readonly byte[] MarkMember = Compress(Mark);

    private int position;

    /// <summary>What comes out behind the payload.</summary>
    public static ReadOnlySpan<byte> Mark => [0x1A, 0x43, 0xC5, 0x8F, 0x00, 0x9D, 0x71, 0xE6];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => compressed.Count + MarkMember.Length;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var rest = position < compressed.Count ? compressed.AsSpan(position) : MarkMember.AsSpan(position - compressed.Count);
        int count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        position += count;
        return count;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] Compress(ReadOnlySpan<byte> content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }
        return stream.ToArray();
    }
}
