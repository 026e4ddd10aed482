using System.Buffers;
using System.Buffers.Binary;
using Clew.Core.Encodings;
using Clew.Core.Files;
using Clew.Core.Series;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// Writes a block, a page at a time: series in the order of their keys' bytes, cells of each in order of time.
/// Keep in sync with <see cref="SeriesBlockDirectory"/> and docs/formats/series.md.
/// </summary>
/// <remarks>Memory: a page of cells, and the keys (front-coded) and footer until the end.</remarks>
internal sealed class SeriesBlockWriter(IDataFile file, string tenant, long number, ulong step, long partition)
{
    private readonly IntegerPage integers = new();
    private readonly ArrayBufferWriter<byte> page = new();
    private readonly ArrayBufferWriter<byte> durations = new();
    private readonly ArrayBufferWriter<byte> keys = new();
    private readonly ArrayBufferWriter<byte> keyPages = new(); // lengths and numbers, for the footer
    private readonly ArrayBufferWriter<byte> cellPages = new();
    private readonly List<long> runs = []; // cells of each series
    private readonly List<byte[]> keyParts = [];
    private readonly long[] steps = new long[SeriesBlockFormat.PageCells];
    private readonly long[] errors = new long[SeriesBlockFormat.PageCells];
    private readonly long[] lengths = new long[SeriesBlockFormat.PageCells];
    private byte[] before = [];
    private int keysInPage;
    private int keyPageCount;
    private int cellPageCount;
    private int inPage;
    private int cells;
    private long at;
    private long first = long.MaxValue;
    private long last;

    /// <summary>Nothing was added.</summary>
    public bool IsEmpty => runs.Count == 0;

    /// <summary>The cells that follow are this series'. Each has at least one.</summary>
    /// <param name="key">The bytes of a <see cref="SeriesKey"/>, greater than those before.</param>
    public void Begin(ReadOnlySpan<byte> key)
    {
        if (at == 0)
        {
            Span<byte> header = stackalloc byte[SeriesBlockFormat.HeaderLength];
            SeriesBlockFormat.WriteHeader(header);
            Put(header);
        }
        int shared = keysInPage == 0 ? 0 : key.CommonPrefixLength(before);
        Varint.Write(keys, (ulong)shared);
        Varint.Write(keys, (ulong)(key.Length - shared));
        keys.Write(key[shared..]);
        before = key.ToArray();
        if (++keysInPage == SeriesBlockFormat.PageKeys)
        {
            EndKeys();
        }
        runs.Add(0);
    }

    /// <param name="cell">Start of the step divided by its width; greater than the one before of this series.</param>
    /// <param name="failed">Errors.</param>
    /// <param name="sketch">Bytes of a <see cref="LatencySketch"/>, then those of its <see cref="Exemplars"/>.</param>
    public void Add(long cell, ulong failed, ReadOnlySpan<byte> sketch)
    {
        if (inPage == SeriesBlockFormat.PageCells || durations.WrittenCount + sketch.Length > SeriesBlockFormat.PageBytes)
        {
            EndCells();
        }
        steps[inPage] = cell;
        errors[inPage] = (long)failed;
        lengths[inPage] = sketch.Length;
        inPage++;
        cells++;
        durations.Write(sketch);
        runs[^1]++;
        first = Math.Min(first, cell);
        last = Math.Max(last, cell);
    }

    /// <summary>Writes what is left and syncs the file.</summary>
    public SeriesBlockSummary Complete()
    {
        EndCells();
        EndKeys();
        foreach (byte[] part in keyParts)
        {
            Put(part);
        }
        integers.Encode(runs.ToArray(), page);
        int runsLength = EndPage();
        var summary = new SeriesBlockSummary(tenant, number, step, partition, first, last, runs.Count, cells);
        var footer = new ArrayBufferWriter<byte>();
        summary.Write(footer);
        Varint.Write(footer, (ulong)cellPageCount);
        footer.Write(cellPages.WrittenSpan);
        Varint.Write(footer, (ulong)keyPageCount);
        footer.Write(keyPages.WrittenSpan);
        Varint.Write(footer, (ulong)runsLength);
        long footerOffset = at;
        Put(footer.WrittenSpan);
        Span<byte> trailer = stackalloc byte[SeriesBlockFormat.TrailerLength];
        SeriesBlockFormat.WriteTrailer(trailer, footerOffset, footer.WrittenSpan);
        Put(trailer);
        file.Sync();
        return summary;
    }

    /// <summary>Bytes written.</summary>
    public long Length => at;

    private void EndCells()
    {
        if (inPage == 0)
        {
            return;
        }
        integers.Encode(steps.AsSpan(0, inPage), page);
        integers.Encode(errors.AsSpan(0, inPage), page);
        integers.Encode(lengths.AsSpan(0, inPage), page);
        page.Write(durations.WrittenSpan);
        Varint.Write(cellPages, (ulong)inPage);
        Varint.Write(cellPages, (ulong)EndPage());
        durations.ResetWrittenCount();
        cellPageCount++;
        inPage = 0;
    }

    private void EndKeys()
    {
        if (keysInPage == 0)
        {
            return;
        }
        Checksum(keys);
        Varint.Write(keyPages, (ulong)keysInPage);
        Varint.Write(keyPages, (ulong)keys.WrittenCount);
        keyParts.Add(keys.WrittenSpan.ToArray()); // they follow the cells
        keys.ResetWrittenCount();
        keyPageCount++;
        keysInPage = 0;
    }

    /// <summary>Writes the page with its checksum and returns its length.</summary>
    private int EndPage()
    {
        Checksum(page);
        int length = page.WrittenCount;
        Put(page.WrittenSpan);
        page.ResetWrittenCount();
        return length;
    }

    private static void Checksum(ArrayBufferWriter<byte> bytes)
    {
        uint checksum = Crc32C.Of(bytes.WrittenSpan);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.GetSpan(SeriesBlockFormat.ChecksumLength), checksum);
        bytes.Advance(SeriesBlockFormat.ChecksumLength);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        file.Write(bytes, at);
        at += bytes.Length;
    }
}
