using System.IO.Compression;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>Decompresses a received payload, of any number of gzip members, up to the bound and not a byte further.</summary>
internal static class Gzip
{
    /// <summary>Puts the decompressed payload into the buffer.</summary>
    public static PayloadError Decompress(ArraySegment<byte> compressed, PayloadBuffer to, int limit)
    {
        if (compressed.Count == 0)
        {
            return PayloadError.None; // Some compressors make nothing of nothing.
        }
        // The mark comes out behind the payload. What of it has no room within the bound goes here, and one byte that must not come.
        Span<byte> beyond = stackalloc byte[GzipSource.Mark.Length + 1];
        int beyondLength = 0;
        using var source = new GzipSource(compressed);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        try
        {
            while (true)
            {
                scoped Span<byte> free;
                if (to.Length < limit)
                {
                    var error = to.Reserve(1, limit);
                    if (error != PayloadError.None)
                    {
                        return error;
                    }
                    free = to.Free[..Math.Min(to.Free.Length, limit - to.Length)];
                }
                else if (beyondLength < beyond.Length)
                {
                    free = beyond[beyondLength..];
                }
                else
                {
                    return PayloadError.TooLarge;
                }
                int count = gzip.Read(free);
                if (count == 0)
                {
                    return TryRemoveMark(to, beyond[..beyondLength]) ? PayloadError.None : PayloadError.Malformed;
                }
                if (to.Length < limit)
                {
                    to.Advance(count);
                }
                else
                {
                    beyondLength += count;
                }
            }
        }
        catch (InvalidDataException)
        {
            return PayloadError.Malformed;
        }
    }

    private static bool TryRemoveMark(PayloadBuffer to, ReadOnlySpan<byte> beyond)
    {
        int within = GzipSource.Mark.Length - beyond.Length;
        if (within < 0 || to.Length < within
            || !to.Content.AsSpan(to.Length - within).SequenceEqual(GzipSource.Mark[..within])
            || !beyond.SequenceEqual(GzipSource.Mark[within..]))
        {
            return false;
        }
        to.Advance(-within);
        return true;
    }
}
