using System.Runtime.CompilerServices;
using Clew.Core.Columns;

namespace Clew.Ingest.Head;

/// <summary>
/// Rows of an arena in blocks of some hundred: when their spans start, and which of the dictionary's strings they may use. A search for a
/// value looks at the few blocks that may hold it, one for the newest traces at the newest blocks.
/// </summary>
/// <remarks>
/// <para>Ids ascend, so that a string new in a block is known by its id alone; strings met before are noted in a Bloom filter of two bits
/// in one cache line. A payload's strings are noted once, as its first span comes: a block ends between payloads. One that grows past
/// <see cref="MaxRows"/> ends within, and the next may hold anything.</para>
/// <para>About 2 KiB for each block of at least <see cref="MinRows"/> rows. Guarded by the shard's lock.</para>
/// </remarks>
internal sealed class RowBlocks : Table, IStringUses
{
    /// <summary>A block takes another payload while it has fewer rows.</summary>
    public const int MinRows = 512;

    /// <summary>Most rows.</summary>
    public const int MaxRows = 4096;

    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = (FilterWords * sizeof(ulong)) + 24;

    private const int FilterWords = 256;
    private const int LineWords = 8;

    private int[] firsts = []; // number of the block's first row
    private int[] firstStrings = []; // the first id that is new in the block
    private ulong[] minStarts = [];
    private ulong[] maxStarts = [];
    private ulong[] filters = [];
    private int rows; // of the last block
    private bool isDue; // another block, as soon as there is something for it
    private int dueFirst;
    private int dueString;

    public long UsedBytes => (long)BlockBytes * Count;

    public long AllocatedBytes => (long)BlockBytes * Capacity;

    /// <summary>Number of the block's first row.</summary>
    public int First(int block) => firsts[block];

    /// <summary>The number behind the block's last row.</summary>
    /// <param name="block">Which.</param>
    /// <param name="arenaRows">Rows of the arena.</param>
    public int End(int block, int arenaRows) => block + 1 < Count ? firsts[block + 1] : arenaRows;

    /// <summary>No span of the block starts before this; Unix nanoseconds.</summary>
    public ulong MinStart(int block) => minStarts[block];

    /// <summary>No span of the block starts after this; Unix nanoseconds.</summary>
    public ulong MaxStart(int block) => maxStarts[block];

    /// <summary>False where no span of the block uses the string.</summary>
    public bool MayUse(int block, int id)
    {
        if (id == 0 || id >= firstStrings[block])
        {
            return id == 0 || block + 1 == Count || id < firstStrings[block + 1];
        }
        uint hash = Hash(id);
        int line = (block * FilterWords) + Line(hash);
        return (filters[line + Word(hash)] & Bit(hash)) != 0 && (filters[line + Word(hash << 9)] & Bit(hash << 9)) != 0;
    }

    /// <summary>Call before a payload's strings are translated.</summary>
    /// <param name="number">The number that its first row will have.</param>
    /// <param name="strings">Strings in the dictionary.</param>
    public void BeginPayload(int number, int strings)
    {
        if (Count == 0 || rows >= MinRows)
        {
            isDue = true;
            dueFirst = number;
            dueString = strings;
        }
    }

    /// <summary>Notes the arena's next row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong start)
    {
        if (isDue || rows == MaxRows)
        {
            BeginBlock();
        }
        int block = Count - 1;
        rows++;
        if (start < minStarts[block])
        {
            minStarts[block] = start;
        }
        if (start > maxStarts[block])
        {
            maxStarts[block] = start;
        }
    }

    /// <inheritdoc/>
    public void Use(int id)
    {
        BeginDueBlock();
        if (id < firstStrings[Count - 1])
        {
            Note(ref filters[(Count - 1) * FilterWords], id);
        }
    }

    /// <inheritdoc/>
    public void UseAll(ReadOnlySpan<int> idsPlusOne)
    {
        BeginDueBlock();
        int known = firstStrings[Count - 1];
        ref ulong filter = ref filters[(Count - 1) * FilterWords];
        foreach (int id in idsPlusOne)
        {
            if (id <= known)
            {
                Note(ref filter, id - 1);
            }
        }
    }

    /// <summary>Forgets everything and keeps the memory.</summary>
    public new void Clear()
    {
        base.Clear();
        rows = 0;
        isDue = false;
    }

    /// <inheritdoc/>
    protected override void Resize(int capacity)
    {
        Array.Resize(ref firsts, capacity);
        Array.Resize(ref firstStrings, capacity);
        Array.Resize(ref minStarts, capacity);
        Array.Resize(ref maxStarts, capacity);
        Array.Resize(ref filters, capacity * FilterWords);
    }

    private void BeginDueBlock()
    {
        if (isDue)
        {
            BeginBlock();
        }
    }

    private void BeginBlock()
    {
        int block = AddRow();
        var filter = filters.AsSpan(block * FilterWords, FilterWords);
        if (isDue)
        {
            isDue = false;
            firsts[block] = dueFirst;
            firstStrings[block] = dueString;
            filter.Clear();
        }
        else
        {
            // In the middle of a payload: its strings were noted in the block before.
            firsts[block] = firsts[block - 1] + MaxRows;
            firstStrings[block] = firstStrings[block - 1];
            filter.Fill(ulong.MaxValue);
        }
        minStarts[block] = ulong.MaxValue;
        maxStarts[block] = 0;
        rows = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Note(ref ulong filter, int id)
    {
        uint hash = Hash(id);
        ref ulong line = ref Unsafe.Add(ref filter, Line(hash));
        Unsafe.Add(ref line, Word(hash)) |= Bit(hash);
        Unsafe.Add(ref line, Word(hash << 9)) |= Bit(hash << 9);
    }

    private static uint Hash(int id) => (uint)((uint)id * 0x9E3779B97F4A7C15UL >> 32);

    // Five bits name a line, nine a bit in it, and nine another one.
    private static int Line(uint hash) => (int)(hash & 31) * LineWords;

    private static int Word(uint hash) => (int)(hash >> 29);

    private static ulong Bit(uint hash) => 1UL << (int)((hash >> 23) & 63);
}
