using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>
/// The parts of traces in a shard, as columns by slot. Slots are reused; a slot keeps its number while the part lives.
/// </summary>
/// <remarks>Bounded by the spans of the shard: a part holds at least one. Guarded by the shard's lock.</remarks>
internal sealed class PartTable : Table
{
    public Tenant[] Tenants = [];
    public TraceId[] TraceIds = [];
    public PartState[] States = [];
    public TraceFlags[] Flags = [];

    /// <summary>Where the part's spans lie.</summary>
    public Arena[] Arenas = [];

    /// <summary>Numbers that no two parts share.</summary>
    public int[] Serials = [];

    /// <summary>Rows of the arena, linked by <see cref="PackedSpans.NextInPart"/>; −1 where there is none.</summary>
    public int[] FirstRows = [];
    public int[] LastRows = [];
    public int[] SpanCounts = [];
    public long[] Bytes = [];

    /// <summary>A bit for each span id: where it is not set the part does not hold the span.</summary>
    public ulong[] Filters = [];

    /// <summary>True where the spans are in the arena's <see cref="LargePartIndex"/>.</summary>
    public bool[] AreIndexed = [];

    /// <summary>Smallest and largest start of its spans, Unix nanoseconds.</summary>
    public ulong[] MinStarts = [];
    public ulong[] MaxStarts = [];
    public bool[] HasRoots = [];

    /// <summary>True where the store may hold some of the spans already.</summary>
    public bool[] MayBeStored = [];

    /// <summary>Timestamps of the clock's monotonic counter.</summary>
    public long[] Created = [];
    public long[] LastArrivals = [];

    /// <summary>The oldest journal record that holds one of the spans.</summary>
    public long[] Positions = [];

    /// <summary>Snapshots of this epoch and later ones find the part in the store; <see cref="long.MaxValue"/> before it is there.</summary>
    public long[] StoredEpochs = [];

    /// <summary>The part of the same trace that was opened before, −1.</summary>
    public int[] Olders = [];

    private int[] activityPrevious = [];
    private int[] activityNext = [];
    private int[] agePrevious = [];
    private int[] ageNext = [];
    private int serial;
    private readonly SlotList rooted = new();
    private readonly SlotList rootless = new();
    private readonly SlotList byAge = new();
    private readonly Stack<int> free = new();

    /// <summary>Open parts that only wait to be quiet, the one that has been quiet longest first.</summary>
    public int QuietestRooted => rooted.First;

    /// <summary>Open parts that wait for a root, the one that has been quiet longest first.</summary>
    public int QuietestRootless => rootless.First;

    /// <summary>The open part that was opened first.</summary>
    public int Oldest => byAge.First;

    /// <summary>Opens a part without spans.</summary>
    public int Open(Arena arena, Tenant tenant, TraceId traceId, TraceFlags flags, long position, long now, int older)
    {
        int slot = free.Count > 0 ? free.Pop() : AddRow();
        Tenants[slot] = tenant;
        TraceIds[slot] = traceId;
        States[slot] = PartState.Open;
        Flags[slot] = flags | TraceFlags.Open;
        Arenas[slot] = arena;
        Serials[slot] = serial++;
        FirstRows[slot] = -1;
        LastRows[slot] = -1;
        SpanCounts[slot] = 0;
        Bytes[slot] = 0;
        Filters[slot] = 0;
        AreIndexed[slot] = false;
        MinStarts[slot] = ulong.MaxValue;
        MaxStarts[slot] = 0;
        HasRoots[slot] = false;
        MayBeStored[slot] = false;
        Created[slot] = now;
        LastArrivals[slot] = now;
        Positions[slot] = position;
        StoredEpochs[slot] = long.MaxValue;
        Olders[slot] = older;
        byAge.Append(slot, agePrevious, ageNext);
        ListOf(slot).Append(slot, activityPrevious, activityNext);
        return slot;
    }

    /// <summary>Notes that spans came.</summary>
    public void Touch(int slot, long now, bool withRoot)
    {
        ListOf(slot).Remove(slot, activityPrevious, activityNext);
        LastArrivals[slot] = now;
        HasRoots[slot] |= withRoot;
        ListOf(slot).Append(slot, activityPrevious, activityNext);
    }

    /// <summary>Takes the part out of the queues of open ones.</summary>
    public void Close(int slot, TraceFlags flags)
    {
        ListOf(slot).Remove(slot, activityPrevious, activityNext);
        byAge.Remove(slot, agePrevious, ageNext);
        States[slot] = PartState.Closed;
        Flags[slot] = (Flags[slot] & ~TraceFlags.Open) | flags | (HasRoots[slot] ? 0 : TraceFlags.WithoutRoot);
    }

    /// <summary>Notes of an open part that the store holds another part of the trace, and whether a root is left in this one.</summary>
    public void BecomeLate(int slot, bool hasRoot)
    {
        ListOf(slot).Remove(slot, activityPrevious, activityNext);
        Flags[slot] |= TraceFlags.Late;
        HasRoots[slot] = hasRoot;
        // The queue is in the order of the last span, and this part goes to its end.
        if (rooted.Last >= 0)
        {
            LastArrivals[slot] = Math.Max(LastArrivals[slot], LastArrivals[rooted.Last]);
        }
        rooted.Append(slot, activityPrevious, activityNext);
    }

    /// <summary>Forgets a closed or stored part.</summary>
    public void Free(int slot)
    {
        States[slot] = PartState.Free;
        Arenas[slot] = null!;
        free.Push(slot);
    }

    /// <summary>True where a snapshot of that epoch sees the part.</summary>
    public bool IsVisible(int slot, long epoch) => States[slot] != PartState.Free && StoredEpochs[slot] > epoch;

    /// <inheritdoc/>
    protected override void Resize(int capacity)
    {
        Array.Resize(ref Tenants, capacity);
        Array.Resize(ref TraceIds, capacity);
        Array.Resize(ref States, capacity);
        Array.Resize(ref Flags, capacity);
        Array.Resize(ref Arenas, capacity);
        Array.Resize(ref Serials, capacity);
        Array.Resize(ref FirstRows, capacity);
        Array.Resize(ref LastRows, capacity);
        Array.Resize(ref SpanCounts, capacity);
        Array.Resize(ref Bytes, capacity);
        Array.Resize(ref Filters, capacity);
        Array.Resize(ref AreIndexed, capacity);
        Array.Resize(ref MinStarts, capacity);
        Array.Resize(ref MaxStarts, capacity);
        Array.Resize(ref HasRoots, capacity);
        Array.Resize(ref MayBeStored, capacity);
        Array.Resize(ref Created, capacity);
        Array.Resize(ref LastArrivals, capacity);
        Array.Resize(ref Positions, capacity);
        Array.Resize(ref StoredEpochs, capacity);
        Array.Resize(ref Olders, capacity);
        Array.Resize(ref activityPrevious, capacity);
        Array.Resize(ref activityNext, capacity);
        Array.Resize(ref agePrevious, capacity);
        Array.Resize(ref ageNext, capacity);
    }

    // A late part's root came before: it need not wait for one.
    private SlotList ListOf(int slot) => HasRoots[slot] || (Flags[slot] & TraceFlags.Late) != 0 ? rooted : rootless;
}
