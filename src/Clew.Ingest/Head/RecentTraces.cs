using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>
/// Remembers which traces closed lately, and which of them are very large. Bounded: of two halves the older is forgotten whole when the
/// younger is full.
/// </summary>
/// <remarks>
/// <para>Not persisted: <see cref="Since"/> says from when on nothing is forgotten. What a sender repeats is older than its first copy's
/// close, so spans that ended before then are looked up in the store instead, whether this process or an earlier one stored them.</para>
/// <para>Kept are hashes of 63 bits. A trace that has the hash of another one counts as late, and is looked up in the store to no avail.</para>
/// </remarks>
internal sealed class RecentTraces(int capacity, TimeProvider clock)
{
    private const int FirstSlots = 64;
    private const ulong Large = 1;

    private ulong[] young = new ulong[FirstSlots]; // hash, lowest bit: is large; 0 where free
    private ulong[] old = new ulong[FirstSlots];
    private Tenant? lastTenant; // whose hash is below: hashing a name takes longer than the rest
    private ulong lastTenantHash;
    private int count; // in the younger half
    private int oldCount;
    private ulong youngSince = UnixTime.Of(clock.GetUtcNow());

    /// <summary>Every trace that closed at this time or later is remembered. Unix nanoseconds.</summary>
    public ulong Since { get; private set; } = UnixTime.Of(clock.GetUtcNow());

    /// <summary>Traces remembered.</summary>
    public int Count => count + oldCount;

    /// <summary>Notes that a trace, or a part of it, closed. Once large it stays large.</summary>
    public void Add(TraceKey key, bool isLarge)
    {
        ulong hash = Hash(key);
        isLarge |= Find(old, hash) is var before && (before & Large) != 0;
        int slot = SlotOf(young, hash);
        if (young[slot] != 0)
        {
            young[slot] |= isLarge ? Large : 0;
            return;
        }
        if (count >= Math.Max(1, capacity / 2))
        {
            Turn();
        }
        else if (count >= young.Length / 4 * 3)
        {
            Grow();
        }
        young[SlotOf(young, hash)] = hash | (isLarge ? Large : 0);
        count++;
    }

    /// <summary>True where the trace, or a part of it, closed lately.</summary>
    public bool TryFind(TraceKey key, out bool isLarge)
    {
        ulong hash = Hash(key);
        ulong found = Find(young, hash);
        found = found != 0 ? found : Find(old, hash);
        isLarge = (found & Large) != 0;
        return found != 0;
    }

    /// <summary>Asks for the memory that tells whether a trace closed lately.</summary>
    public unsafe void Prefetch(TraceKey key)
    {
        if (Sse.IsSupported)
        {
            int slot = (int)(Hash(key) >> 32);
            Sse.Prefetch0(Unsafe.AsPointer(ref young[slot & (young.Length - 1)]));
            Sse.Prefetch0(Unsafe.AsPointer(ref old[slot & (old.Length - 1)]));
        }
    }

    private ulong Hash(TraceKey key)
    {
        if (!ReferenceEquals(key.Tenant, lastTenant))
        {
            lastTenant = key.Tenant;
            lastTenantHash = (uint)key.Tenant.GetHashCode();
        }
        ulong hash = (key.TraceId.Mix() + lastTenantHash) & ~Large;
        return hash == 0 ? Large << 1 : hash;
    }

    private static ulong Find(ulong[] slots, ulong hash) => slots[SlotOf(slots, hash)];

    /// <summary>Where the hash is, or else belongs.</summary>
    private static int SlotOf(ulong[] slots, ulong hash)
    {
        int mask = slots.Length - 1;
        int slot = (int)(hash >> 32) & mask;
        while (slots[slot] != 0 && (slots[slot] & ~Large) != hash)
        {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void Grow()
    {
        ulong[] before = young;
        young = new ulong[(int)BitOperations.RoundUpToPowerOf2((uint)before.Length + 1)];
        foreach (ulong entry in before)
        {
            if (entry != 0)
            {
                young[SlotOf(young, entry & ~Large)] = entry;
            }
        }
    }

    private void Turn()
    {
        (young, old) = (old, young);
        if (young.Length < old.Length)
        {
            young = new ulong[old.Length];
        }
        else
        {
            Array.Clear(young);
        }
        oldCount = count;
        count = 0;
        Since = youngSince;
        youngSince = UnixTime.Of(clock.GetUtcNow());
    }
}
