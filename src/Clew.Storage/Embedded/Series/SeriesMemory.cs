using System.Runtime.InteropServices;
using Clew.Core.Series;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// Points of one tenant that are not in blocks yet, by series and 10 s. State; under the store's gate, reads included: sketches are not
/// even safe to read from two threads.
/// </summary>
internal sealed class SeriesMemory
{
    private const int CellOverhead = 120; // in a dictionary, with its errors and exemplars

    private readonly Dictionary<int, Dictionary<long, SeriesMemoryCell>> series = [];

    /// <summary>Points.</summary>
    public int Cells { get; private set; }

    /// <summary>Memory that they take, about.</summary>
    public long Bytes { get; private set; }

    /// <summary>The first and last step.</summary>
    public long First { get; private set; } = long.MaxValue;

    public long Last { get; private set; } = -1;

    public IReadOnlyDictionary<int, Dictionary<long, SeriesMemoryCell>> Series => series;

    /// <summary>Adds to a point.</summary>
    public void Add(int number, long step, ulong errors, LatencySketch durations)
    {
        ref var cell = ref Cell(number, step);
        Bytes -= cell.Durations!.AllocatedBytes;
        cell.Durations.Merge(durations);
        Bytes += cell.Durations.AllocatedBytes;
        cell.Errors += errors;
    }

    /// <summary>Adds to the exemplars of a point that is there.</summary>
    public void Add(int number, long step, in Exemplars exemplars) => Cell(number, step).Exemplars.Merge(exemplars);

    /// <summary>Adds what another memory holds, which is not to be used any more.</summary>
    public void Add(SeriesMemory other)
    {
        foreach (var (number, cells) in other.series)
        {
            foreach (var (step, cell) in cells)
            {
                Add(number, step, cell.Errors, cell.Durations!);
                Add(number, step, cell.Exemplars);
            }
        }
    }

    private ref SeriesMemoryCell Cell(int number, long step)
    {
        ref var cells = ref CollectionsMarshal.GetValueRefOrAddDefault(series, number, out _);
        cells ??= [];
        ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(cells, step, out bool isKnown);
        if (!isKnown)
        {
            cell.Durations = new LatencySketch();
            Bytes += CellOverhead + cell.Durations.AllocatedBytes;
            Cells++;
            First = Math.Min(First, step);
            Last = Math.Max(Last, step);
        }
        return ref cell;
    }
}
