namespace Clew.Ingest.Head;

/// <summary>A doubly linked list through slots of columns; the owner keeps the links. All operations are O(1).</summary>
internal sealed class SlotList
{
    /// <summary>The oldest slot, −1 where the list is empty.</summary>
    public int First { get; private set; } = -1;

    /// <summary>The youngest slot, −1 where the list is empty.</summary>
    public int Last { get; private set; } = -1;

    public void Append(int slot, int[] previous, int[] next)
    {
        previous[slot] = Last;
        next[slot] = -1;
        if (Last >= 0)
        {
            next[Last] = slot;
        }
        else
        {
            First = slot;
        }
        Last = slot;
    }

    public void Remove(int slot, int[] previous, int[] next)
    {
        if (previous[slot] >= 0)
        {
            next[previous[slot]] = next[slot];
        }
        else
        {
            First = next[slot];
        }
        if (next[slot] >= 0)
        {
            previous[next[slot]] = previous[slot];
        }
        else
        {
            Last = previous[slot];
        }
    }
}
