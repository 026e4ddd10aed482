using System.Buffers;
using System.Buffers.Binary;
using Clew.Core.Encodings;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// Encoded pages, each in one piece and with its checksum, in chunks that are used again for the next segment: writing one segment after
/// the other takes no fresh memory. Bounded by the segments written between two calls of <see cref="Reset"/>. Not thread-safe.
/// </summary>
internal sealed class PageBuffer : IBufferWriter<byte>
{
    private const int ChunkBytes = 512 * 1024;

    private readonly List<byte[]> chunks = [];
    private byte[] chunk = [];
    private int next; // the chunk after this one
    private int start;
    private int used;

    /// <summary>Bytes held.</summary>
    public long AllocatedBytes => chunks.Count * (long)ChunkBytes;

    /// <summary>Starts a page.</summary>
    /// <param name="room">The most bytes that will be asked for.</param>
    public void Begin(int room)
    {
        room += SegmentFormat.ChecksumLength;
        if (chunk.Length - used < room)
        {
            if (room > ChunkBytes)
            {
                chunk = new byte[room]; // for this page alone
            }
            else
            {
                if (next == chunks.Count)
                {
                    chunks.Add(GC.AllocateUninitializedArray<byte>(ChunkBytes));
                }
                chunk = chunks[next++];
            }
            used = 0;
        }
        start = used;
    }

    /// <summary>Ends the page; returns its bytes with the checksum behind them, valid until <see cref="Reset"/>.</summary>
    public ReadOnlyMemory<byte> End()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(chunk.AsSpan(used), Crc32C.Of(chunk.AsSpan(start, used - start)));
        used += SegmentFormat.ChecksumLength;
        return chunk.AsMemory(start, used - start);
    }

    public void Advance(int count) => used += count;

    public Span<byte> GetSpan(int sizeHint = 0) => chunk.AsSpan(used);

    public Memory<byte> GetMemory(int sizeHint = 0) => chunk.AsMemory(used);

    /// <summary>All pages may be overwritten.</summary>
    public void Reset()
    {
        chunk = [];
        next = 0;
        used = 0;
    }
}
