using System.Buffers.Binary;
using System.IO.Compression;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>Decompresses a received payload, one gzip member, up to the bound and not a byte further.</summary>
internal static class Gzip
{
    private const int SmallestStream = 18; // header and trailer

    public static PayloadError Decompress(ArraySegment<byte> compressed, PayloadBuffer to, int limit)
    {
        if (compressed.Count < SmallestStream)
        {
            // Some compressors make nothing of nothing.
            return compressed.Count == 0 ? PayloadError.None : PayloadError.Malformed;
        }
        using var source = new MemoryStream(compressed.Array!, compressed.Offset, compressed.Count, writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        try
        {
            while (true)
            {
                if (to.Length == limit)
                {
                    // No room is taken for what must not come.
                    return gzip.ReadByte() >= 0 ? PayloadError.TooLarge
                        : EndsWithLength(compressed, limit) ? PayloadError.None
                        : PayloadError.Malformed;
                }
                var error = to.Reserve(1, limit);
                if (error != PayloadError.None)
                {
                    return error;
                }
                int count = gzip.Read(to.Free[..Math.Min(to.Free.Length, limit - to.Length)]);
                if (count == 0)
                {
                    return EndsWithLength(compressed, to.Length) ? PayloadError.None : PayloadError.Malformed;
                }
                to.Advance(count);
            }
        }
        catch (InvalidDataException)
        {
            return PayloadError.Malformed;
        }
    }

    // The stream does not mind a trailer that is cut off. It ends with the length modulo 2^32, and payloads are shorter than that.
    private static bool EndsWithLength(ReadOnlySpan<byte> compressed, int length) =>
        BinaryPrimitives.ReadUInt32LittleEndian(compressed[^sizeof(uint)..]) == (uint)length;
}
