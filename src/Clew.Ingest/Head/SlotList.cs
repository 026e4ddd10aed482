namespace Clew.Ingest.Head;

/// <summary>A part's neighbours in a list, −1 where there is none.</summary>
internal struct SlotLinks
{
    public int Previous;
    public int Next;
}

/// <summary>Which of a part's links a list goes by. Implemented by structs, so that each list is compiled for itself.</summary>
internal interface ISlotLinks
{
    static abstract ref SlotLinks Of(ref Part part);
}

/// <summary>A doubly linked list of parts, which hold the links. All operations are O(1).</summary>
internal sealed class SlotList<TLinks>(PartTable parts)
    where TLinks : struct, ISlotLinks
{
    /// <summary>The oldest slot, −1 where the list is empty.</summary>
    public int First { get; private set; } = -1;

    /// <summary>The youngest slot, −1 where the list is empty.</summary>
    public int Last { get; private set; } = -1;

    public void Append(int slot)
    {
        Links(slot) = new SlotLinks { Previous = Last, Next = -1 };
        if (Last >= 0)
        {
            Links(Last).Next = slot;
        }
        else
        {
            First = slot;
        }
        Last = slot;
    }

    public void Remove(int slot)
    {
        var links = Links(slot);
        if (links.Previous >= 0)
        {
            Links(links.Previous).Next = links.Next;
        }
        else
        {
            First = links.Next;
        }
        if (links.Next >= 0)
        {
            Links(links.Next).Previous = links.Previous;
        }
        else
        {
            Last = links.Previous;
        }
    }

    private ref SlotLinks Links(int slot) => ref TLinks.Of(ref parts[slot]);
}
