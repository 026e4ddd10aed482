using Clew.Core.Encodings;
using Clew.Core.Files;

namespace Clew.Ingest.Journal;

/// <summary>Reads the records of one file through a sliding window. Used by one thread.</summary>
/// <param name="file">The file; the reader does not dispose it.</param>
/// <param name="seed">The file's <see cref="JournalFileHeader.Seed"/>.</param>
/// <param name="window">The buffer to read into; replaced by a larger one where a record needs it.</param>
internal sealed class JournalFileReader(IDataFile file, uint seed, byte[] window)
{
    private readonly long length = file.Length;
    private long windowStart;
    private int windowBytes;

    /// <summary>The buffer in use; bounded by the largest record read.</summary>
    public byte[] Window { get; private set; } = window;

    /// <summary>The file's length.</summary>
    public long Length => length;

    /// <summary>
    /// Reads what begins at that place. False where it is no record of this file. Where only the payload is damaged the header is
    /// given all the same, with <paramref name="prefix"/> empty.
    /// </summary>
    /// <param name="offset">A multiple of <see cref="JournalFormat.Alignment"/>.</param>
    /// <param name="header">The header; its kind is 0 where there is none.</param>
    /// <param name="prefix">Header and tenant, valid until the next read.</param>
    /// <param name="payload">The payload, valid until the next read.</param>
    public bool TryRead(long offset, out JournalRecordHeader header, out ArraySegment<byte> prefix, out ArraySegment<byte> payload)
    {
        (prefix, payload) = (default, default);
        int most = JournalFormat.RecordHeaderBytes + byte.MaxValue + 1;
        var start = Get(offset, (int)Math.Min(most, Math.Max(0, length - offset)));
        if (!JournalRecordHeader.TryRead(start, seed, out header))
        {
            header = default;
            return false;
        }
        if (header.PayloadBytes > length - offset - header.PrefixBytes)
        {
            return false;
        }
        var whole = Get(offset, header.PrefixBytes + header.PayloadBytes);
        if (whole.Count < header.PrefixBytes + header.PayloadBytes
            || Crc32C.Of(whole.AsSpan(header.PrefixBytes)) != header.PayloadChecksum)
        {
            return false;
        }
        prefix = whole[..header.PrefixBytes];
        payload = whole[header.PrefixBytes..];
        return true;
    }

    /// <summary>The next place at or behind <paramref name="offset"/> where a header may begin; the file's length where there is none.</summary>
    public long FindMagic(long offset)
    {
        const int step = 1 << 16;
        while (offset + JournalFormat.RecordHeaderBytes <= length)
        {
            var bytes = Get(offset, (int)Math.Min(step, length - offset));
            if (bytes.Count == 0)
            {
                break;
            }
            int at = 0;
            while (at < bytes.Count)
            {
                int found = bytes.AsSpan(at).IndexOf(JournalRecordHeader.MagicBytes);
                if (found < 0)
                {
                    break;
                }
                at += found;
                if ((at & (JournalFormat.Alignment - 1)) == 0)
                {
                    return offset + at;
                }
                at++;
            }
            offset += bytes.Count & -JournalFormat.Alignment;
        }
        return length;
    }

    private ArraySegment<byte> Get(long offset, int count)
    {
        if (offset < windowStart || offset + count > windowStart + windowBytes)
        {
            if (count > Window.Length)
            {
                Window = new byte[(int)Math.Min(Array.MaxLength, Math.Max(count, Window.Length * 2L))];
            }
            windowBytes = 0;
            windowBytes = file.Read(Window.AsSpan(0, (int)Math.Min(Window.Length, Math.Max(0, length - offset))), offset);
            windowStart = offset;
        }
        int at = (int)(offset - windowStart);
        return new ArraySegment<byte>(Window, at, Math.Min(count, windowBytes - at));
    }
}
