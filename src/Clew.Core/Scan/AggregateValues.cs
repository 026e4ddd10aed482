using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Core.Scan;

/// <summary>The distinct values that name groups, by number. Bounded by its user in values, and in bytes of text.</summary>
internal sealed class AggregateValues
{
    private const int MostTextBytes = 256 << 20;

    private int[] slots = new int[64]; // number + 1, by hash; a power of two, at most half full
    private ulong[] hashes = new ulong[32];
    private AttributeType[] types = new AttributeType[32];
    private long[] bits = new long[32]; // or the place of its text
    private int[] lengths = new int[32];
    private byte[] text = new byte[256];
    private int textLength;

    public int Count { get; private set; }

    public long AllocatedBytes => text.Length + (4L * slots.Length) + (21L * types.Length);

    public AttributeValue this[int number] => HasText(types[number])
        ? AttributeValue.Of(types[number], Text(number))
        : AttributeValue.Of(types[number], bits[number]);

    /// <summary>The number of a value, or −1 where it is new and there is no room for it.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="value">The 64 bits of a number or boolean.</param>
    /// <param name="bytes">The bytes of other types.</param>
    /// <param name="limit">Most values to hold.</param>
    public int Intern(AttributeType type, long value, ReadOnlySpan<byte> bytes, long limit)
    {
        bool hasText = HasText(type);
        ulong hash = hasText ? StableHash.Of(bytes) : (ulong)value * 0x9E3779B97F4A7C15UL;
        hash = (hash ^ (hash >> 29) ^ (ulong)type) * 0xBF58476D1CE4E5B9UL;
        hash ^= hash >> 32;
        int mask = slots.Length - 1;
        int slot = (int)hash & mask;
        while (slots[slot] is var known and not 0)
        {
            int number = known - 1;
            if (hashes[number] == hash && types[number] == type && (hasText ? Text(number).SequenceEqual(bytes) : bits[number] == value))
            {
                return number;
            }
            slot = (slot + 1) & mask;
        }
        if (Count >= limit || textLength + (long)bytes.Length > MostTextBytes)
        {
            return -1;
        }
        return Add(slot, hash, type, value, bytes);
    }

    /// <summary>The number in this table of a value of another one.</summary>
    public int Intern(AggregateValues other, int number, long limit) => HasText(other.types[number])
        ? Intern(other.types[number], 0, other.Text(number), limit)
        : Intern(other.types[number], other.bits[number], default, limit);

    private int Add(int slot, ulong hash, AttributeType type, long value, ReadOnlySpan<byte> bytes)
    {
        if (Count == types.Length)
        {
            int size = Count * 2;
            Array.Resize(ref hashes, size);
            Array.Resize(ref types, size);
            Array.Resize(ref bits, size);
            Array.Resize(ref lengths, size);
        }
        int added = Count++;
        hashes[added] = hash;
        types[added] = type;
        bits[added] = value;
        if (HasText(type))
        {
            if (text.Length - textLength < bytes.Length)
            {
                Array.Resize(ref text, Math.Max(text.Length * 2, textLength + bytes.Length));
            }
            bytes.CopyTo(text.AsSpan(textLength));
            (bits[added], lengths[added]) = (textLength, bytes.Length);
            textLength += bytes.Length;
        }
        slots[slot] = added + 1;
        if (Count * 2 > slots.Length)
        {
            Rehash();
        }
        return added;
    }

    private void Rehash()
    {
        slots = new int[slots.Length * 2];
        int mask = slots.Length - 1;
        for (int number = 0; number < Count; number++)
        {
            int slot = (int)hashes[number] & mask;
            while (slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }
            slots[slot] = number + 1;
        }
    }

    private ReadOnlySpan<byte> Text(int number) => text.AsSpan((int)bits[number], lengths[number]);

    private static bool HasText(AttributeType type) => type is not (AttributeType.Empty or AttributeType.Bool or AttributeType.Int or AttributeType.Double);
}
