using Clew.Core.Columns;

namespace Clew.Ingest.Head;

/// <summary>Whose the rows of an arena are: rows of one part in a row are one run.</summary>
/// <remarks>
/// A run names a slot, which may hold another part by now: that part lies in another arena or begins behind the run's rows. Bounded by the
/// arena's rows, eight bytes each. Guarded by the shard's lock.
/// </remarks>
internal sealed class PartRuns : Table
{
    private int[] firsts = []; // number of the run's first row
    private int[] parts = []; // slots
    private int last = -1; // serial number

    public long UsedBytes => 8L * Count;

    public long AllocatedBytes => 8L * Capacity;

    /// <summary>Notes whose a row is.</summary>
    /// <param name="number">The row's number, the next one of the arena.</param>
    /// <param name="part">Slot of its part.</param>
    /// <param name="serial">The part's serial number: another part in the same slot begins another run.</param>
    public void Add(int number, int part, int serial)
    {
        if (serial != last)
        {
            last = serial;
            int run = AddRow();
            firsts[run] = number;
            parts[run] = part;
        }
    }

    /// <summary>Slot of the part that the rows of the run are, or were, in.</summary>
    public int Part(int run) => parts[run];

    /// <summary>The number behind the run's last row.</summary>
    /// <param name="run">Which.</param>
    /// <param name="rows">Rows of the arena.</param>
    public int End(int run, int rows) => run + 1 < Count ? firsts[run + 1] : rows;

    /// <summary>The run that a row lies in.</summary>
    public int Of(int number)
    {
        int found = firsts.AsSpan(0, Count).BinarySearch(number);
        return found < 0 ? ~found - 1 : found;
    }

    /// <summary>Forgets everything and keeps the memory.</summary>
    public new void Clear()
    {
        base.Clear();
        last = -1;
    }

    /// <inheritdoc/>
    protected override void Resize(int capacity)
    {
        Array.Resize(ref firsts, capacity);
        Array.Resize(ref parts, capacity);
    }
}
