using System.Buffers;
using Clew.Core.Encodings;
using Clew.Core.Files;
using Clew.Core.Series;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// A block's footer, keys and runs, read and checked: everything needed to find its cells.
/// Keep in sync with <see cref="SeriesBlockWriter"/> and docs/formats/series.md.
/// </summary>
internal sealed class SeriesBlockDirectory
{
    private SeriesBlockDirectory(SeriesBlockSummary summary, SeriesCellPage[] pages, SeriesKey[] keys, int[] starts)
    {
        Summary = summary;
        Pages = pages;
        Keys = keys;
        Starts = starts;
    }

    public SeriesBlockSummary Summary { get; }

    public SeriesCellPage[] Pages { get; }

    /// <summary>The block's series, in the order of their bytes.</summary>
    public SeriesKey[] Keys { get; }

    /// <summary>The first cell of each series, and at the end the number of cells.</summary>
    public int[] Starts { get; }

    /// <exception cref="InvalidDataException">The file is not a whole block of a known version.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    public static SeriesBlockDirectory Read(IDataFile file)
    {
        long length = file.Length;
        if (length < SeriesBlockFormat.HeaderLength + SeriesBlockFormat.TrailerLength)
        {
            throw new InvalidDataException("it is too short");
        }
        var (footerOffset, footerLength, checksum) = SeriesBlockFormat.ReadTrailer(
            ReadBytes(file, length - SeriesBlockFormat.TrailerLength, SeriesBlockFormat.TrailerLength), length);
        byte[] footer = ReadBytes(file, footerOffset, footerLength);
        if (Crc32C.Of(footer) != checksum)
        {
            throw new InvalidDataException("its footer is damaged");
        }
        ReadOnlySpan<byte> from = footer;
        var summary = SeriesBlockSummary.Read(ref from);
        long at = SeriesBlockFormat.HeaderLength;
        int cells = 0;
        var pages = new SeriesCellPage[Varint.ReadInt(ref from, footerLength)];
        for (int i = 0; i < pages.Length; i++)
        {
            int inPage = Varint.ReadInt(ref from, SeriesBlockFormat.PageCells);
            pages[i] = new SeriesCellPage(cells, inPage, at, Varint.ReadInt(ref from));
            cells += inPage;
            at += pages[i].Length;
        }
        var keys = new SeriesKey[summary.Series];
        int known = 0;
        for (int left = Varint.ReadInt(ref from, footerLength); left > 0; left--)
        {
            int inPage = Varint.ReadInt(ref from, keys.Length - known);
            int pageLength = Varint.ReadInt(ref from);
            ReadKeys(ReadPage(file, at, pageLength, "its keys are damaged"), keys.AsSpan(known, inPage));
            known += inPage;
            at += pageLength;
        }
        int[] starts = ReadRuns(ReadPage(file, at, Varint.ReadInt(ref from), "its runs are damaged"), keys.Length, cells);
        return known == keys.Length && cells == summary.Cells && starts[^1] == cells
            ? new SeriesBlockDirectory(summary, pages, keys, starts)
            : throw new InvalidDataException("its parts do not fit together");
    }

    /// <summary>Reads bytes of a file.</summary>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    public static byte[] ReadBytes(IDataFile file, long offset, int length)
    {
        if (offset + length > file.Length)
        {
            throw new InvalidDataException("it is cut short");
        }
        byte[] bytes = new byte[length];
        return file.Read(bytes, offset) == length ? bytes : throw new InvalidDataException("it is cut short");
    }

    private static ReadOnlySpan<byte> ReadPage(IDataFile file, long offset, int length, string problem)
    {
        byte[] page = ReadBytes(file, offset, length);
        return SeriesBlockFormat.IsSound(page) ? page.AsSpan(0, length - SeriesBlockFormat.ChecksumLength) : throw new InvalidDataException(problem);
    }

    private static void ReadKeys(ReadOnlySpan<byte> from, Span<SeriesKey> keys)
    {
        var key = new ArrayBufferWriter<byte>();
        byte[] before = [];
        for (int i = 0; i < keys.Length; i++)
        {
            int shared = Varint.ReadInt(ref from, before.Length);
            int rest = Varint.ReadInt(ref from, from.Length);
            key.ResetWrittenCount();
            key.Write(before.AsSpan(0, shared));
            key.Write(from[..rest]);
            from = from[rest..];
            before = key.WrittenSpan.ToArray();
            ReadOnlySpan<byte> bytes = before;
            keys[i] = SeriesKey.Read(ref bytes);
        }
    }

    private static int[] ReadRuns(ReadOnlySpan<byte> from, int series, int cells)
    {
        long[] runs = new long[series];
        if (series > 0)
        {
            IntegerPage.Decode(ref from, runs);
        }
        int[] starts = new int[series + 1];
        for (int i = 0; i < series; i++)
        {
            if (runs[i] < 1 || runs[i] > cells - starts[i])
            {
                throw new InvalidDataException("its runs do not fit its cells");
            }
            starts[i + 1] = starts[i] + (int)runs[i];
        }
        return starts;
    }
}
