namespace Clew.Analysis.Shapes;

/// <summary>A set of well-mixed numbers that is emptied in proportion to what it held. Bounded by what is added; keeps its memory.</summary>
internal sealed class DistinctHashes
{
    private const int Smallest = 64;

    private ulong[] slots = new ulong[Smallest];
    private ulong[] spare = [];
    private int size = Smallest; // slots in use, a power of two
    private int count;
    private bool hasZero;

    public void Clear()
    {
        Array.Clear(slots, 0, size);
        size = Smallest;
        count = 0;
        hasZero = false;
    }

    /// <summary>True where it was not there yet.</summary>
    public bool Add(ulong value)
    {
        if (value == 0)
        {
            bool isNew = !hasZero;
            hasZero = true;
            return isNew;
        }
        int slot = Find(value);
        if (slots[slot] != 0)
        {
            return false;
        }
        slots[slot] = value;
        count++;
        if (count > size / 2)
        {
            Grow();
        }
        return true;
    }

    private int Find(ulong value)
    {
        int slot = (int)value & (size - 1);
        while (slots[slot] != 0 && slots[slot] != value)
        {
            slot = (slot + 1) & (size - 1);
        }
        return slot;
    }

    private void Grow()
    {
        (slots, spare) = (spare, slots);
        int old = size;
        size *= 2;
        if (slots.Length < size)
        {
            slots = new ulong[size];
        }
        else
        {
            Array.Clear(slots, 0, size);
        }
        foreach (ulong value in spare.AsSpan(0, old))
        {
            if (value != 0)
            {
                slots[Find(value)] = value;
            }
        }
    }
}
