using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Clew.Core.Columns;

/// <summary>
/// The dictionary of a batch: each distinct byte string once, named by a dense id. Id 0 is the empty string.
/// </summary>
/// <remarks>
/// Entries either lie in the table's own arena or, without a copy, in the source buffer handed to <see cref="Reset"/>.
/// The source must outlive the entries. Bounded by what the owner puts in; nothing is ever removed but by Reset.
/// Not thread-safe for writers; concurrent readers are fine while nobody writes.
/// </remarks>
public sealed class StringTable
{
    // Seeded per process so that a sender cannot prepare colliding strings.
    private static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    private byte[] source = [];
    private byte[] arena = [];
    private int arenaUsed;
    private Entry[] entries = new Entry[16];
    private ulong[] slots = new ulong[32]; // hash << 32 | id, 0 is free: a string that is new is told from the others by this array alone
    private int count = 1;

    /// <summary>Number of ids given out, the empty string included.</summary>
    public int Count => count;

    /// <summary>Bytes held: arena and tables, not the source.</summary>
    public long AllocatedBytes => arena.Length + (12L * entries.Length) + (8L * slots.Length);

    /// <summary>Bytes in use: copied strings and 28 bytes of tables for each id.</summary>
    public long UsedBytes => arenaUsed + (28L * count);

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
        source = newSource ?? [];
        arenaUsed = 0;
        count = 1;
        Array.Clear(slots);
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
        return id != 0 ? id : Add(slot, hash, ~offset, length);
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
            if ((uint)(entry >> 32) == hash && this[(int)entry].SequenceEqual(value))
            {
                id = (int)entry;
                return slot;
            }
            slot = (slot + 1) & mask;
        }
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
