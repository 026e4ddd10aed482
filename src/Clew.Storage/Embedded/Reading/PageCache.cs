using Clew.Core.Measures;

namespace Clew.Storage.Embedded.Reading;

/// <summary>
/// Checked pages in memory, those used longest ago dropped first. Bounded in bytes; a page larger than the bound is not kept.
/// Safe from any thread; a page handed out stays valid after it was dropped.
/// </summary>
internal sealed class PageCache(long capacity)
{
    private const int EntryOverhead = 128;

    private readonly Lock gate = new();
    private readonly Dictionary<(long File, long Offset), LinkedListNode<Entry>> pages = [];
    private readonly LinkedList<Entry> byUse = [];
    private long used;

    /// <summary>How much of it is in use.</summary>
    public BoundUse Use
    {
        get
        {
            lock (gate)
            {
                return new BoundUse("page_cache", BoundUnit.Bytes, used, capacity);
            }
        }
    }

    public object? Find(long file, long offset)
    {
        lock (gate)
        {
            if (!pages.TryGetValue((file, offset), out var node))
            {
                return null;
            }
            if (node != byUse.Last)
            {
                byUse.Remove(node);
                byUse.AddLast(node);
            }
            return node.Value.Page;
        }
    }

    public void Add(long file, long offset, object page, int size)
    {
        size += EntryOverhead;
        if (size > capacity)
        {
            return;
        }
        lock (gate)
        {
            if (pages.ContainsKey((file, offset)))
            {
                return;
            }
            pages.Add((file, offset), byUse.AddLast(new Entry(file, offset, page, size)));
            used += size;
            while (used > capacity && byUse.First is { } oldest)
            {
                byUse.RemoveFirst();
                pages.Remove((oldest.Value.File, oldest.Value.Offset));
                used -= oldest.Value.Size;
            }
        }
    }

    private readonly record struct Entry(long File, long Offset, object Page, int Size);
}
