using System.IO.Compression;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>Decompresses a received payload, up to the bound and not a byte further.</summary>
internal static class Gzip
{
    private const int SmallestStream = 18; // header and trailer

    public static PayloadError Decompress(ArraySegment<byte> compressed, PayloadBuffer to, int limit)
    {
        if (compressed.Count < SmallestStream)
        {
            return PayloadError.Malformed;
        }
        using var source = new MemoryStream(compressed.Array!, compressed.Offset, compressed.Count, writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        try
        {
            while (true)
            {
                var error = to.Reserve(1, limit);
                if (error != PayloadError.None)
                {
                    return error;
                }
                int count = gzip.Read(to.Free);
                if (count == 0)
                {
                    return PayloadError.None;
                }
                to.Advance(count);
                if (to.Length > limit)
                {
                    return PayloadError.TooLarge;
                }
            }
        }
        catch (InvalidDataException)
        {
            return PayloadError.Malformed;
        }
    }
}
