using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>Finds the newest part of a trace by its key. The keys themselves are the parts'.</summary>
/// <remarks>
/// <para>Open addressing over words of hash and slot: that a trace is new is told by one line of memory, and the part of one that is not
/// is needed next in any case. Grown at half full, never shrunk: 16 to 32 bytes for each part of the time when there were most.</para>
/// <para>Hashes are seeded, so that a sender cannot prepare ids that collide. Guarded by the shard's lock.</para>
/// </remarks>
internal sealed class TraceIndex(PartTable parts)
{
    private static readonly ulong SeedOfHigh = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private static readonly ulong SeedOfLow = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    private ulong[] slots = new ulong[64]; // hash << 32 | part + 1; 0 is free
    private int count;

    /// <summary>Traces that have a part.</summary>
    public int Count => count;

    /// <summary>The newest part of a trace. A trace is there already when it is read, and new or there when it is set.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public int this[TraceKey trace]
    {
        get => TryGetValue(trace, out int part) ? part : throw new KeyNotFoundException("The trace has no part.");
        set
        {
            uint hash = Hash(trace.TraceId);
            int place = Place(trace, hash);
            if (slots[place] == 0 && ++count > slots.Length / 2)
            {
                Grow();
                place = FreePlace(hash);
            }
            slots[place] = ((ulong)hash << 32) | (uint)(value + 1);
        }
    }

    /// <summary>Finds the newest part of a trace; false where there is none.</summary>
    public bool TryGetValue(TraceKey trace, out int part)
    {
        part = Find(trace);
        return part >= 0;
    }

    /// <summary>The newest part of a trace, −1 where there is none.</summary>
    public int Find(TraceKey trace) => (int)(uint)slots[Place(trace, Hash(trace.TraceId))] - 1;

    /// <summary>Asks for the memory that tells whether a trace has a part.</summary>
    public unsafe void Prefetch(TraceId traceId)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref slots[(int)Hash(traceId) & (slots.Length - 1)]));
        }
    }

    /// <summary>A part that most likely is the trace's, whose memory was not touched to make sure; −1 where the trace surely has none.</summary>
    public int Guess(TraceId traceId)
    {
        uint hash = Hash(traceId);
        int mask = slots.Length - 1;
        for (int place = (int)hash & mask; slots[place] is var entry and not 0; place = (place + 1) & mask)
        {
            if ((uint)(entry >> 32) == hash)
            {
                return (int)(uint)entry - 1;
            }
        }
        return -1;
    }

    /// <summary>Forgets a trace, which must be there: its last part is going.</summary>
    public void Remove(TraceKey trace)
    {
        int mask = slots.Length - 1;
        int gap = Place(trace, Hash(trace.TraceId));
        if (slots[gap] == 0)
        {
            return;
        }
        count--;
        // What lies behind the gap is moved into it where it may: no place between an entry's own and where it is may be free.
        for (int place = (gap + 1) & mask; slots[place] is var entry and not 0; place = (place + 1) & mask)
        {
            int own = (int)(entry >> 32) & mask;
            if (((place - own) & mask) >= ((place - gap) & mask))
            {
                slots[gap] = entry;
                gap = place;
            }
        }
        slots[gap] = 0;
    }

    /// <summary>Where the trace is, or else belongs.</summary>
    private int Place(TraceKey trace, uint hash)
    {
        ulong[] table = slots;
        int mask = table.Length - 1;
        int place = (int)hash & mask;
        while (table[place] is var entry and not 0)
        {
            if ((uint)(entry >> 32) == hash)
            {
                ref var part = ref parts[(int)(uint)entry - 1];
                if (part.TraceId == trace.TraceId && (ReferenceEquals(part.Tenant, trace.Tenant) || part.Tenant == trace.Tenant))
                {
                    break;
                }
            }
            place = (place + 1) & mask;
        }
        return place;
    }

    private int FreePlace(uint hash)
    {
        int mask = slots.Length - 1;
        int place = (int)hash & mask;
        while (slots[place] != 0)
        {
            place = (place + 1) & mask;
        }
        return place;
    }

    private void Grow()
    {
        ulong[] before = slots;
        slots = new ulong[(int)BitOperations.RoundUpToPowerOf2((uint)before.Length + 1)];
        foreach (ulong entry in before)
        {
            if (entry != 0)
            {
                slots[FreePlace((uint)(entry >> 32))] = entry;
            }
        }
    }

    private static uint Hash(TraceId traceId)
    {
        ulong high = Math.BigMul(traceId.High ^ SeedOfHigh, traceId.Low ^ SeedOfLow, out ulong low);
        return (uint)((high ^ low) >> 32);
    }
}
