using System.Buffers;

namespace Clew.Storage.Embedded.Reading;

/// <summary>The checked bytes of a page, without the checksum: the cache's, or in memory that is given back by <see cref="Dispose"/>.</summary>
internal readonly ref struct BorrowedPage(byte[] bytes, int length, bool isRented)
{
    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);

    /// <summary>The bytes may not be used any more.</summary>
    public void Dispose()
    {
        if (isRented)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
