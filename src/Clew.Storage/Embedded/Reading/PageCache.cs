using System.Numerics;
using Clew.Core.Measures;

namespace Clew.Storage.Embedded.Reading;

/// <summary>
/// Checked pages in memory. A page that is asked for again is kept before all that were asked for once: a search that reads through the
/// whole store once does not drive out what everybody else reads. Bounded in bytes; a page larger than the bound is not kept.
/// Safe from any thread; a page handed out stays valid after it was dropped.
/// </summary>
/// <remarks>
/// Two lists by use: new pages go to the first, at their next use to the second, which takes at most three quarters of the room; what it
/// drops goes back to the first. What is used longest ago leaves the first one, and with it the cache. Who reads few rows of many pages
/// asks <see cref="IsAskedAgain"/> whether a page is worth its memory: most such pages are not asked for again for a long time, and
/// fresh arrays for them would cost more than reading them.
/// </remarks>
internal sealed class PageCache(long capacity)
{
    private const int EntryOverhead = 128;

    /// <summary>Of memory, for each page asked for that is remembered (4 bytes).</summary>
    private const int BytesPerAsked = 512;

    private readonly Lock gate = new();
    private readonly Dictionary<(long File, long Offset), LinkedListNode<Entry>> pages = [];
    private readonly LinkedList<Entry> once = []; // by use
    private readonly LinkedList<Entry> again = []; // by use
    private readonly uint[] asked = new uint[BitOperations.RoundUpToPowerOf2((ulong)Math.Clamp(capacity / BytesPerAsked, 1, 1 << 20))];
    private long used;
    private long usedAgain;

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
            if (node != again.Last)
            {
                Keep(node);
            }
            return node.Value.Page;
        }
    }

    /// <summary>True where the page is there; it does not count as a use.</summary>
    public bool Holds(long file, long offset)
    {
        lock (gate)
        {
            return pages.ContainsKey((file, offset));
        }
    }

    /// <summary>
    /// True where a page that is not there was asked for before, not long ago: then it is worth adding. A page is forgotten when another
    /// one takes its place among those remembered; rarely one is taken for another.
    /// </summary>
    public bool IsAskedAgain(long file, long offset)
    {
        ulong hash = (((ulong)file * 0x9E3779B97F4A7C15) ^ (ulong)offset) * 0xD6E8FEB86659FD93;
        uint mark = (uint)hash | 1;
        ref uint place = ref asked[(hash >> 32) & ((ulong)asked.Length - 1)];
        if (Volatile.Read(ref place) == mark)
        {
            return true;
        }
        Volatile.Write(ref place, mark);
        return false;
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
            pages.Add((file, offset), once.AddLast(new Entry(file, offset, page, size)));
            used += size;
            while (used > capacity && (once.First ?? again.First) is { } oldest)
            {
                usedAgain -= oldest.List == again ? oldest.Value.Size : 0;
                oldest.List!.Remove(oldest);
                pages.Remove((oldest.Value.File, oldest.Value.Offset));
                used -= oldest.Value.Size;
            }
        }
    }

    private void Keep(LinkedListNode<Entry> node)
    {
        usedAgain += node.List == once ? node.Value.Size : 0;
        node.List!.Remove(node);
        again.AddLast(node);
        while (usedAgain > capacity / 4 * 3 && again.First is { } oldest && oldest != node)
        {
            again.Remove(oldest);
            usedAgain -= oldest.Value.Size;
            once.AddLast(oldest);
        }
    }

    private readonly record struct Entry(long File, long Offset, object Page, int Size);
}
