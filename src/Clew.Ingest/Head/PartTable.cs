using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>The parts of traces in a shard, by slot. Slots are reused; a slot keeps its number while the part lives.</summary>
/// <remarks>
/// Pages of a fixed size: the table grows without moving. Bounded by the spans of the shard: a part holds at least one. Guarded by the
/// shard's lock.
/// </remarks>
internal sealed class PartTable
{
    private const int PageBits = 9;
    private const int PageLength = 1 << PageBits;

    private readonly Stack<int> free = new();
    private readonly SlotList<Activity> rooted;
    private readonly SlotList<Activity> rootless;
    private readonly SlotList<Age> byAge;
    private Part[][] pages = [];
    private int serial;

    public PartTable()
    {
        rooted = new SlotList<Activity>(this);
        rootless = new SlotList<Activity>(this);
        byAge = new SlotList<Age>(this);
    }

    /// <summary>Slots given out, free ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Slots there is room for.</summary>
    public int Capacity { get; private set; }

    /// <summary>The part in a slot.</summary>
    public ref Part this[int slot] => ref pages[slot >> PageBits][slot & (PageLength - 1)];

    /// <summary>Asks for the part's memory ahead of its use.</summary>
    public unsafe void Prefetch(int slot)
    {
        if (Sse.IsSupported)
        {
            ref Part part = ref this[slot];
            Sse.Prefetch0(Unsafe.AsPointer(ref part));
            Sse.Prefetch0((byte*)Unsafe.AsPointer(ref part) + 64);
            Sse.Prefetch0((byte*)Unsafe.AsPointer(ref part) + 128);
        }
    }

    /// <summary>The open part that only waits to be quiet and has been so longest, −1.</summary>
    public int QuietestRooted => rooted.First;

    /// <summary>The open part that waits for a root and has been quiet longest, −1.</summary>
    public int QuietestRootless => rootless.First;

    /// <summary>The open part that was opened first, −1.</summary>
    public int Oldest => byAge.First;

    /// <summary>Opens a part without spans.</summary>
    public int Open(Arena arena, Tenant tenant, TraceId traceId, TraceFlags flags, long position, long now, int older)
    {
        int slot = free.Count > 0 ? free.Pop() : AddSlot();
        this[slot] = new Part
        {
            Tenant = tenant,
            TraceId = traceId,
            Arena = arena,
            FirstRow = -1,
            LastRow = -1,
            Older = older,
            MinStart = ulong.MaxValue,
            Position = position,
            LastArrival = now,
            State = PartState.Open,
            Flags = flags | TraceFlags.Open,
            Created = now,
            StoredEpoch = long.MaxValue,
            Serial = serial++,
        };
        byAge.Append(slot);
        ListOf(slot).Append(slot);
        return slot;
    }

    /// <summary>Notes that spans came.</summary>
    public void Touch(int slot, long now, bool withRoot)
    {
        ref var part = ref this[slot];
        ListOf(slot).Remove(slot);
        part.LastArrival = now;
        part.HasRoot |= withRoot;
        ListOf(slot).Append(slot);
    }

    /// <summary>Takes the part out of the queues of open ones.</summary>
    public void Close(int slot, TraceFlags flags)
    {
        ref var part = ref this[slot];
        ListOf(slot).Remove(slot);
        byAge.Remove(slot);
        part.State = PartState.Closed;
        part.Flags = (part.Flags & ~TraceFlags.Open) | flags | (part.HasRoot ? 0 : TraceFlags.WithoutRoot);
    }

    /// <summary>Notes of an open part that the store holds another part of the trace, and whether a root is left in this one.</summary>
    public void BecomeLate(int slot, bool hasRoot)
    {
        ref var part = ref this[slot];
        ListOf(slot).Remove(slot);
        part.Flags |= TraceFlags.Late;
        part.HasRoot = hasRoot;
        // The queue is in the order of the last span, and this part goes to its end.
        if (rooted.Last >= 0)
        {
            part.LastArrival = Math.Max(part.LastArrival, this[rooted.Last].LastArrival);
        }
        rooted.Append(slot);
    }

    /// <summary>Forgets a closed or stored part.</summary>
    public void Free(int slot)
    {
        this[slot].State = PartState.Free;
        this[slot].Arena = null!;
        free.Push(slot);
    }

    /// <summary>True where a snapshot of that epoch sees the part.</summary>
    public bool IsVisible(int slot, long epoch) => this[slot].State != PartState.Free && this[slot].StoredEpoch > epoch;

    private int AddSlot()
    {
        if (Count == Capacity)
        {
            int page = Count >> PageBits;
            if (page == pages.Length)
            {
                Array.Resize(ref pages, Math.Max(8, page * 2));
            }
            pages[page] = new Part[PageLength];
            Capacity += PageLength;
        }
        return Count++;
    }

    // A late part's root came before: it need not wait for one.
    private SlotList<Activity> ListOf(int slot) =>
        this[slot].HasRoot || (this[slot].Flags & TraceFlags.Late) != 0 ? rooted : rootless;

    private readonly struct Activity : ISlotLinks
    {
        public static ref SlotLinks Of(ref Part part) => ref part.ByActivity;
    }

    private readonly struct Age : ISlotLinks
    {
        public static ref SlotLinks Of(ref Part part) => ref part.ByAge;
    }
}
