using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Clew.Core.Columns;

/// <summary>
/// The dictionary of a batch: each distinct byte string once, named by a dense id. Id 0 is the empty string.
/// </summary>
/// <remarks>
/// Entries either lie in the table's own arena or, without a copy, in the source buffer handed to <see cref="Reset"/>.
/// The source must outlive the entries. Bounded by what the owner puts in; nothing is ever removed but by Reset.
/// Not thread-safe for writers; concurrent readers are fine while nobody writes. Since entries never change, a table that shares
/// another's (<see cref="Share"/>) can be read while that one grows.
/// </remarks>
public sealed class StringTable
{
    // Seeded per process so that a sender cannot prepare colliding strings.
    private static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    // Strings between the one that is looked up and those whose slot, entry and bytes are fetched: each is found by the one before.
    private const int SlotsAhead = 18;
    private const int EntriesAhead = 12;
    private const int BytesAhead = 6;

    private byte[] source = [];
    private byte[] arena = [];
    private int arenaUsed;
    private Entry[] entries = new Entry[16];
    private ulong[] slots = new ulong[32]; // hash << 32 | id, 0 is free: a string that is new is told from the others by this array alone
    private int count = 1;
    private StringTable? shared;

    /// <summary>Number of ids given out, the empty string included.</summary>
    public int Count => count;

    /// <summary>Bytes held: arena and tables, not the source.</summary>
    public long AllocatedBytes => shared is not null ? 0 : arena.Length + (12L * entries.Length) + (8L * slots.Length);

    /// <summary>Bytes in use: copied strings and 28 bytes of tables for each id.</summary>
    public long UsedBytes => arenaUsed + (28L * count);

    /// <summary>Sum of the lengths of all entries, wherever they lie.</summary>
    public long TextBytes { get; private set; }

    /// <summary>The bytes of an id. Valid until the next <see cref="Reset"/>; an arena that grows leaves old spans readable.</summary>
    public ReadOnlySpan<byte> this[int id]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var entry = entries[id];
            return entry.Offset >= 0 ? arena.AsSpan(entry.Offset, entry.Length) : source.AsSpan(~entry.Offset, entry.Length);
        }
    }

    /// <summary>Forgets every entry and keeps the memory.</summary>
    /// <param name="newSource">The buffer that <see cref="InternSlice"/> refers to.</param>
    public void Reset(byte[]? newSource = null)
    {
        if (shared is not null)
        {
            shared = null;
            arena = [];
            entries = new Entry[16];
            slots = new ulong[32];
        }
        source = newSource ?? [];
        arenaUsed = 0;
        count = 1;
        TextBytes = 0;
        Array.Clear(slots);
    }

    /// <summary>
    /// Forgets every entry and shows those of another table instead, under the same ids, without a copy. What is not there yet is interned
    /// into that table: whoever interns here holds the lock that guards it. Reading what was there needs no lock, until the other table is
    /// reset.
    /// </summary>
    /// <param name="owner">Whose entries; not itself one that shares.</param>
    public void Share(StringTable owner)
    {
        Debug.Assert(owner.shared is null, "Tables share one deep.");
        shared = owner;
        Refresh(owner);
    }

    /// <summary>Shows what the other table has got since. Call with the lock that guards it.</summary>
    public void Refresh()
    {
        if (shared is not null)
        {
            Refresh(shared);
        }
    }

    /// <summary>Interns all entries of another table and notes their ids: those of one payload, whose memory accesses then overlap.</summary>
    /// <param name="other">Whose entries.</param>
    /// <param name="ids">By id of the other table: the id here + 1. At least as long as the other's ids.</param>
    public void InternAll(StringTable other, Span<int> ids)
    {
        ids[0] = 1;
        int total = other.count;
        for (int id = 1; id < total; id++)
        {
            if (id + SlotsAhead < total)
            {
                Prefetch(ref slots[(int)other.entries[id + SlotsAhead].Hash & (slots.Length - 1)]);
            }
            if (id + EntriesAhead < total && Guess(other.entries[id + EntriesAhead].Hash) is var likely and not 0)
            {
                Prefetch(ref entries[likely]);
            }
            if (id + BytesAhead < total && Guess(other.entries[id + BytesAhead].Hash) is var known and not 0 && entries[known].Offset is >= 0 and var offset)
            {
                Prefetch(ref arena[offset]);
            }
            ids[id] = Intern(other[id], other.entries[id].Hash) + 1;
        }
    }

    /// <summary>The id that a string of this hash most likely has; 0 where none comes to mind at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Guess(uint hash)
    {
        ulong entry = slots[(int)hash & (slots.Length - 1)];
        return (uint)(entry >> 32) == hash && (int)entry < count ? (int)entry : 0;
    }

    /// <summary>The id of a byte string, which is copied if it is new.</summary>
    public int Intern(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return 0;
        }
        return Intern(value, Hash(value));
    }

    /// <summary>The id of another table's entry, which is copied if it is new here. Cheaper than interning its bytes: they are not hashed again.</summary>
    public int Intern(StringTable other, int otherId) => otherId == 0 ? 0 : Intern(other[otherId], other.entries[otherId].Hash);

    /// <summary>The id of a slice of the source, which is referred to, not copied.</summary>
    public int InternSlice(int offset, int length)
    {
        if (length == 0)
        {
            return 0;
        }
        var value = new ReadOnlySpan<byte>(source, offset, length);
        uint hash = Hash(value);
        int slot = FindSlot(value, hash, out int id);
        return id != 0 ? id
            : shared is not null ? InternShared(value, hash)
            : Add(slot, hash, ~offset, length);
    }

    /// <summary>The id of a byte string, or −1 where it is not in the table.</summary>
    public int Find(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return 0;
        }
        FindSlot(value, Hash(value), out int id);
        return id == 0 ? -1 : id;
    }

    private int Intern(ReadOnlySpan<byte> value, uint hash)
    {
        int slot = FindSlot(value, hash, out int id);
        if (id != 0)
        {
            return id;
        }
        if (shared is not null)
        {
            return InternShared(value, hash);
        }
        int offset = Reserve(value.Length);
        value.CopyTo(arena.AsSpan(offset));
        return Add(slot, hash, offset, value.Length);
    }

    private int FindSlot(ReadOnlySpan<byte> value, uint hash, out int id)
    {
        var table = slots;
        int mask = table.Length - 1;
        int slot = (int)hash & mask;
        while (true)
        {
            ulong entry = table[slot];
            if (entry == 0)
            {
                id = 0;
                return slot;
            }
            // A slot may be filled by the table that this one shares, with an id that is not shown yet.
            if ((uint)(entry >> 32) == hash && (int)entry < count && Holds((int)entry, value))
            {
                id = (int)entry;
                return slot;
            }
            slot = (slot + 1) & mask;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Holds(int id, ReadOnlySpan<byte> value)
    {
        var known = this[id];
        return known.Length == value.Length
            && ShortBytes.Same(ref MemoryMarshal.GetReference(known), ref MemoryMarshal.GetReference(value), value.Length);
    }

    private int InternShared(ReadOnlySpan<byte> value, uint hash)
    {
        int id = shared!.Intern(value, hash);
        Refresh(shared);
        return id;
    }

    private void Refresh(StringTable owner)
    {
        source = owner.source;
        arena = owner.arena;
        arenaUsed = owner.arenaUsed;
        entries = owner.entries;
        slots = owner.slots;
        count = owner.count;
        TextBytes = owner.TextBytes;
    }

    private int Add(int slot, uint hash, int offset, int length)
    {
        if (count == entries.Length)
        {
            Array.Resize(ref entries, count * 2);
        }
        if (count > slots.Length / 4 * 3)
        {
            Rehash(slots.Length * 2);
            slot = FreeSlot(hash);
        }
        int id = count++;
        TextBytes += length;
        entries[id] = new Entry(offset, length, hash);
        slots[slot] = ((ulong)hash << 32) | (uint)id;
        return id;
    }

    private int FreeSlot(uint hash)
    {
        int mask = slots.Length - 1;
        int slot = (int)hash & mask;
        while (slots[slot] != 0)
        {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void Rehash(int capacity)
    {
        slots = new ulong[capacity];
        for (int id = 1; id < count; id++)
        {
            uint hash = entries[id].Hash;
            slots[FreeSlot(hash)] = ((ulong)hash << 32) | (uint)id;
        }
    }

    private int Reserve(int length)
    {
        int needed = checked(arenaUsed + length);
        if (needed > arena.Length)
        {
            long capacity = Math.Max((long)BitOperations.RoundUpToPowerOf2((uint)needed), 1024);
            Array.Resize(ref arena, (int)Math.Min(capacity, Array.MaxLength));
        }
        int offset = arenaUsed;
        arenaUsed = needed;
        return offset;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ReadOnlySpan<byte> value)
    {
        // Multiply-fold over 16-byte steps; the tail is read overlapping, so no byte loop.
        ulong a;
        ulong b;
        ulong h = Seed ^ (ulong)value.Length;
        ref byte p = ref MemoryMarshal.GetReference(value);
        int n = value.Length;
        if (n >= 8)
        {
            int i = 0;
            for (; i + 16 < n; i += 16)
            {
                h = Fold(Read64(ref p, i) ^ 0xA0761D6478BD642FUL, Read64(ref p, i + 8) ^ h);
            }
            a = n >= 16 ? Read64(ref p, n - 16) : Read64(ref p, 0);
            b = Read64(ref p, n - 8);
        }
        else if (n >= 4)
        {
            a = Unsafe.ReadUnaligned<uint>(ref p);
            b = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref p, n - 4));
        }
        else
        {
            a = ((ulong)p << 16) | ((ulong)Unsafe.Add(ref p, n >> 1) << 8) | Unsafe.Add(ref p, n - 1);
            b = 0;
        }
        ulong result = Fold(a ^ 0xE7037ED1A0B428DBUL, b ^ h);
        result = Fold(result ^ 0x8EBC6AF09C88C6E3UL, Seed);
        return (uint)(result ^ (result >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch<T>(ref T memory)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            unsafe
            {
                Sse.Prefetch0(Unsafe.AsPointer(ref memory));
            }
        }
    }

    private static ulong Read64(ref byte p, int i) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref p, i));

    private static ulong Fold(ulong x, ulong y)
    {
        ulong high = Math.BigMul(x, y, out ulong low);
        return high ^ low;
    }

    /// <param name="Offset">≥ 0: in the arena; &lt; 0: ~offset in the source.</param>
    /// <param name="Length">Bytes.</param>
    /// <param name="Hash">Kept, so that it need not be computed again.</param>
    private readonly record struct Entry(int Offset, int Length, uint Hash);
}
