using System.Runtime.CompilerServices;

namespace Clew.Ingest.Head;

/// <summary>
/// The distinct classes of an arena's spans with their counts. A program sends spans of few classes: what a question asks of name, kind,
/// status, resource, scope or attribute keys is decided once for a class, and how many there are is known.
/// </summary>
/// <remarks>
/// Bounded by <see cref="MaxClasses"/>; spans of further ones have class <see cref="None"/>, whose members have nothing in common. Guarded by
/// the shard's lock.
/// </remarks>
internal sealed class SpanClasses
{
    /// <summary>Spans that found no room for a class of their own.</summary>
    public const int None = 0;

    /// <summary>The class of spans that are in no part any more, though their bytes are still there.</summary>
    public const ushort Dead = ushort.MaxValue;

    /// <summary>Most classes, <see cref="None"/> included.</summary>
    public const int MaxClasses = 8192;

    /// <summary>Stands for tenants past the number of those that are told apart.</summary>
    public const byte NoTenant = byte.MaxValue;

    private const int EntryBytes = 48 + 8;

    private SpanClass[] classes = new SpanClass[64];
    private int[] slots = new int[128]; // class, 0 is free

    public SpanClasses() => Clear();

    /// <summary>Classes, <see cref="None"/> included: they are numbered from 0.</summary>
    public int Count { get; private set; }

    public long UsedBytes => (long)EntryBytes * (Count - 1);

    public long AllocatedBytes => (48L * classes.Length) + (4L * slots.Length);

    public ref readonly SpanClass this[int number] => ref classes[number];

    /// <summary>The number of the tenant whose spans are counted next; <see cref="NoTenant"/>: theirs have no class of their own.</summary>
    public byte Tenant { get; set; }

    /// <summary>Counts a span and returns its class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Add(byte bits, int name, int resource, int scope, int shape, ulong start)
    {
        int number = Find(bits, name, resource, scope, shape);
        ref var found = ref classes[number];
        found.Live++;
        if (start < found.MinStart)
        {
            found.MinStart = start;
        }
        if (start > found.MaxStart)
        {
            found.MaxStart = start;
        }
        return number;
    }

    /// <summary>Notes that a span is no longer among those counted.</summary>
    public void Remove(int number) => classes[number].Live--;

    /// <summary>Forgets everything and keeps the memory.</summary>
    public void Clear()
    {
        Count = 0;
        Tenant = 0;
        Array.Clear(slots);
        AddClass(default);
    }

    private int Find(byte bits, int name, int resource, int scope, int shape)
    {
        int[] table = slots;
        int slot = (int)Hash(bits, name, resource, scope, shape, Tenant) & (table.Length - 1);
        while (table[slot] is var number and not 0)
        {
            ref var known = ref classes[number];
            if (known.Name == name && known.Shape == shape && known.Resource == resource && known.Scope == scope && known.Bits == bits && known.Tenant == Tenant)
            {
                return number;
            }
            slot = (slot + 1) & (table.Length - 1);
        }
        if (Count == MaxClasses || Tenant == NoTenant)
        {
            return None;
        }
        int added = AddClass(new SpanClass { Name = name, Resource = resource, Scope = scope, Shape = shape, Bits = bits, Tenant = Tenant });
        Place(added);
        return added;
    }

    private int AddClass(SpanClass added)
    {
        if (Count == classes.Length)
        {
            Array.Resize(ref classes, Count * 2);
            slots = new int[Count * 4];
            for (int number = 1; number < Count; number++)
            {
                Place(number);
            }
        }
        added.MinStart = ulong.MaxValue;
        classes[Count] = added;
        return Count++;
    }

    private void Place(int number)
    {
        ref var placed = ref classes[number];
        int slot = (int)Hash(placed.Bits, placed.Name, placed.Resource, placed.Scope, placed.Shape, placed.Tenant) & (slots.Length - 1);
        while (slots[slot] != 0)
        {
            slot = (slot + 1) & (slots.Length - 1);
        }
        slots[slot] = number;
    }

    // Ids are dense numbers of our own making: a sender cannot steer them.
    private static uint Hash(byte bits, int name, int resource, int scope, int shape, byte tenant)
    {
        ulong hash = ((ulong)(uint)name << 32) | ((uint)shape << 8) | bits;
        hash *= 0x9E3779B97F4A7C15UL;
        hash ^= ((ulong)(uint)resource << 32) | ((uint)scope ^ ((uint)tenant << 24));
        hash *= 0xD6E8FEB86659FD93UL;
        return (uint)(hash >> 32);
    }
}
