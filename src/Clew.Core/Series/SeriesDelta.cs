using System.Numerics;
using Clew.Core.Model;

namespace Clew.Core.Series;

/// <summary>What one batch of closed traces adds to the series: a cell for each series and step of time it touches.</summary>
/// <remarks>
/// <para>Reused through <see cref="Clear"/>: once its tables have grown, counting allocates nothing. Bounded by its producer (a span makes
/// a few cells at most); of the sketches of a large batch <see cref="KeptSketches"/> are kept for the next.</para>
/// <para>Single spans and calls wait in a list of fixed size until it is full or somebody looks, and are then added cell by cell: a cell's
/// counters come into the processor's caches once for all of them.</para>
/// <para>Cells are numbered in the order they came up. Belongs to one thread at a time.</para>
/// </remarks>
public sealed class SeriesDelta
{
    /// <summary>Width of a step, nanoseconds: 10 s.</summary>
    public const ulong StepWidth = 10_000_000_000;

    /// <summary>How many sketches survive <see cref="Clear"/>.</summary>
    public const int KeptSketches = 8192;

    private const int MostWaiting = 32 * 1024;

    private Cell[] cells = new Cell[64];
    private int[] slots = new int[256]; // cell + 1, 0 is free
    private ulong[] waiting = []; // durations that are not in their cells yet
    private ulong[] grouped = []; // the same by cell
    private int[] waitingCells = []; // whose they are
    private int[] ends = []; // by cell: where its durations end
    private int waitingCount;

    /// <summary>Number of cells.</summary>
    public int Count { get; private set; }

    /// <summary>A cell. Its sketch stays the delta's own and is good until the next <see cref="Clear"/>.</summary>
    public SeriesCell this[int cell]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)cell, (uint)Count, nameof(cell));
            Settle();
            ref var c = ref cells[cell];
            return new SeriesCell(c.Key, c.Step, c.Errors, c.Exemplars, c.Durations);
        }
    }

    /// <summary>The start of the step a time lies in, Unix nanoseconds.</summary>
    public static ulong StepOf(ulong unixNanoseconds) => unixNanoseconds - (unixNanoseconds % StepWidth);

    /// <summary>The cell of a series and step, made where there is none.</summary>
    /// <param name="key">The series.</param>
    /// <param name="step">Start of a step: a multiple of <see cref="StepWidth"/>.</param>
    public int CellOf(SeriesKey key, ulong step)
    {
        int mask = slots.Length - 1;
        int slot = Hash(key, step) & mask;
        for (; slots[slot] != 0; slot = (slot + 1) & mask)
        {
            ref var known = ref cells[slots[slot] - 1];
            if (known.Step == step && known.Key.Equals(key))
            {
                return slots[slot] - 1;
            }
        }
        if (Count == cells.Length)
        {
            Grow();
            return CellOf(key, step);
        }
        ref var cell = ref cells[Count];
        cell.Key = key;
        cell.Step = step;
        cell.Errors = 0;
        cell.Exemplars = default;
        cell.Durations ??= new LatencySketch();
        slots[slot] = Count + 1;
        return Count++;
    }

    /// <summary>Counts one span or call.</summary>
    public void Add(int cell, ulong nanoseconds, bool isError)
    {
        if (waitingCount == waiting.Length)
        {
            Settle();
            MakeRoomToWait();
        }
        waiting[waitingCount] = nanoseconds;
        waitingCells[waitingCount++] = cell;
        if (isError)
        {
            cells[cell].Errors++;
        }
    }

    /// <summary>Counts one span or call that stands for several.</summary>
    public void Add(int cell, ulong nanoseconds, bool isError, ulong times)
    {
        ref var c = ref cells[cell];
        c.Durations.Add(nanoseconds, times);
        c.Errors += isError ? times : 0;
    }

    /// <summary>Notes that the trace of a span that was counted is kept.</summary>
    public void Offer(int cell, TraceId traceId, ulong nanoseconds) => cells[cell].Exemplars.Offer(traceId, nanoseconds);

    /// <summary>Adds exemplars that were noted elsewhere.</summary>
    public void Add(int cell, in Exemplars exemplars) => cells[cell].Exemplars.Merge(exemplars);

    /// <summary>Counts what was counted elsewhere; the sketch stays as it is.</summary>
    public void Add(int cell, ulong errors, LatencySketch durations)
    {
        ref var c = ref cells[cell];
        c.Durations.Merge(durations);
        c.Errors += errors;
    }

    /// <summary>Counts what was counted elsewhere and written down, and moves the span past the sketch.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those of a sketch. The delta is worthless then.</exception>
    public void Add(int cell, ulong errors, ref ReadOnlySpan<byte> durations)
    {
        ref var c = ref cells[cell];
        c.Durations.Merge(ref durations);
        c.Errors += errors;
    }

    /// <summary>Forgets every cell and keeps the memory.</summary>
    public void Clear()
    {
        for (int i = 0; i < Math.Min(Count, KeptSketches); i++)
        {
            cells[i].Durations.Clear();
            cells[i].Key = null!;
        }
        if (Count > KeptSketches)
        {
            cells = cells[..KeptSketches];
            slots = new int[4 * KeptSketches];
        }
        else
        {
            Array.Clear(slots);
        }
        Count = 0;
        waitingCount = 0;
    }

    /// <summary>Adds to their cells what waits.</summary>
    private void Settle()
    {
        if (waitingCount == 0)
        {
            return;
        }
        if (ends.Length < Count)
        {
            ends = new int[cells.Length];
        }
        var of = waitingCells.AsSpan(0, waitingCount);
        var end = ends.AsSpan(0, Count);
        end.Clear();
        foreach (int cell in of)
        {
            end[cell]++;
        }
        int sum = 0;
        foreach (ref int place in end)
        {
            int number = place;
            place = sum; // where the cell's begin, until they are placed
            sum += number;
        }
        for (int i = 0; i < of.Length; i++)
        {
            grouped[end[of[i]]++] = waiting[i];
        }
        int start = 0;
        for (int cell = 0; cell < end.Length; cell++)
        {
            if (end[cell] > start)
            {
                cells[cell].Durations.Add(grouped.AsSpan(start, end[cell] - start));
                start = end[cell];
            }
        }
        waitingCount = 0;
    }

    private void MakeRoomToWait()
    {
        if (waiting.Length < MostWaiting)
        {
            int length = Math.Min(MostWaiting, Math.Max(1024, 4 * waiting.Length));
            waiting = new ulong[length];
            grouped = new ulong[length];
            waitingCells = new int[length];
        }
    }

    private void Grow()
    {
        Array.Resize(ref cells, cells.Length * 2);
        slots = new int[cells.Length * 4];
        int mask = slots.Length - 1;
        for (int i = 0; i < Count; i++)
        {
            int slot = Hash(cells[i].Key, cells[i].Step) & mask;
            while (slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }
            slots[slot] = i + 1;
        }
    }

    private static int Hash(SeriesKey key, ulong step) =>
        (int)(BitOperations.RotateLeft((ulong)(uint)key.GetHashCode() * 0x9E3779B97F4A7C15UL, 32) + (step / StepWidth * 0xC2B2AE3D27D4EB4FUL) >> 24);

    private struct Cell
    {
        public SeriesKey Key;
        public ulong Step;
        public ulong Errors;
        public Exemplars Exemplars;
        public LatencySketch Durations;
    }
}
