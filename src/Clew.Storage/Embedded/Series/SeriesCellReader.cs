using Clew.Core.Encodings;
using Clew.Core.Files;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// Goes over the cells of a block, a page at a time, forward. A page that is damaged is passed over and remembered with the block.
/// </summary>
/// <remarks>Memory: one page.</remarks>
internal sealed class SeriesCellReader(SeriesBlock block, SeriesBlockDirectory directory, IDataFile file, Action<int, string> onDamage)
{
    private readonly long[] steps = new long[SeriesBlockFormat.PageCells];
    private readonly long[] errors = new long[SeriesBlockFormat.PageCells];
    private readonly long[] ends = new long[SeriesBlockFormat.PageCells]; // of durations
    private byte[] bytes = [];
    private ReadOnlyMemory<byte> durations;
    private int page = -1;
    private bool isSound;

    /// <summary>Reads the page that holds a cell. False where it is damaged.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="index">Its place in the page.</param>
    /// <param name="end">The cell after the last of the page.</param>
    public bool Find(int cell, out int index, out int end)
    {
        if (page < 0 || cell >= directory.Pages[page].FirstCell + directory.Pages[page].Cells || cell < directory.Pages[page].FirstCell)
        {
            page = Array.BinarySearch(directory.Pages, new SeriesCellPage(cell, 0, 0, 0), ByFirstCell.Instance);
            page = page < 0 ? ~page - 1 : page;
            isSound = Load(directory.Pages[page]);
        }
        index = cell - directory.Pages[page].FirstCell;
        end = directory.Pages[page].FirstCell + directory.Pages[page].Cells;
        return isSound;
    }

    public long Step(int index) => steps[index];

    public ulong Errors(int index) => (ulong)errors[index];

    /// <summary>Bytes of the sketch, and of the exemplars that follow it.</summary>
    public ReadOnlySpan<byte> Durations(int index)
    {
        int start = index == 0 ? 0 : (int)ends[index - 1];
        return durations.Span[start..(int)ends[index]];
    }

    private bool Load(SeriesCellPage place)
    {
        if (block.IsBad(page))
        {
            return false;
        }
        try
        {
            if (bytes.Length < place.Length)
            {
                bytes = new byte[place.Length];
            }
            var read = bytes.AsSpan(0, place.Length);
            if (file.Read(read, place.Offset) != place.Length || !SeriesBlockFormat.IsSound(read))
            {
                throw new InvalidDataException("its checksum is wrong");
            }
            ReadOnlySpan<byte> from = read[..^SeriesBlockFormat.ChecksumLength];
            IntegerPage.Decode(ref from, steps.AsSpan(0, place.Cells));
            IntegerPage.Decode(ref from, errors.AsSpan(0, place.Cells));
            IntegerPage.Decode(ref from, ends.AsSpan(0, place.Cells));
            long end = 0;
            for (int i = 0; i < place.Cells; i++)
            {
                end += ends[i];
                ends[i] = end;
            }
            if (end != from.Length)
            {
                throw new InvalidDataException("its lengths do not fit");
            }
            durations = bytes.AsMemory(place.Length - SeriesBlockFormat.ChecksumLength - from.Length, from.Length);
            return true;
        }
        catch (Exception failure) when (SeriesHealth.IsDamage(failure))
        {
            onDamage(page, failure.Message);
            return false;
        }
    }

    private sealed class ByFirstCell : IComparer<SeriesCellPage>
    {
        public static readonly ByFirstCell Instance = new();

        public int Compare(SeriesCellPage x, SeriesCellPage y) => x.FirstCell.CompareTo(y.FirstCell);
    }
}
