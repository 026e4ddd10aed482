using System.Numerics;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>
/// The distinct lists of attribute keys with their types: a program sends the same few again and again, so that a span names its own by
/// one small number. Shape 0 has no attributes.
/// </summary>
/// <remarks>Bounded by the arena it belongs to: a shape takes about as much as the attributes it stands for. Guarded by the shard's lock.</remarks>
internal sealed class AttributeShapes
{
    private (int Start, int Count, uint Hash)[] shapes = new (int, int, uint)[16];
    private int[] keys = new int[64];
    private AttributeType[] types = new AttributeType[64];
    private int[] slots = new int[32]; // shape, 0 is free
    private int shapeCount = 1;
    private int attributeCount;

    public long UsedBytes => (20L * shapeCount) + (5L * attributeCount);

    public long AllocatedBytes => (12L * shapes.Length) + (4L * slots.Length) + (5L * keys.Length);

    /// <summary>String ids of a shape's keys.</summary>
    public ReadOnlySpan<int> Keys(int shape) => keys.AsSpan(shapes[shape].Start, shapes[shape].Count);

    public ReadOnlySpan<AttributeType> Types(int shape) => types.AsSpan(shapes[shape].Start, shapes[shape].Count);

    /// <summary>The number of a shape, which is added if it is new.</summary>
    public int Intern(ReadOnlySpan<int> shapeKeys, ReadOnlySpan<AttributeType> shapeTypes)
    {
        if (shapeKeys.IsEmpty)
        {
            return 0;
        }
        uint hash = Hash(shapeKeys, shapeTypes);
        int slot = (int)hash & (slots.Length - 1);
        while (slots[slot] != 0)
        {
            int shape = slots[slot];
            if (shapes[shape].Hash == hash && Keys(shape).SequenceEqual(shapeKeys) && Types(shape).SequenceEqual(shapeTypes))
            {
                return shape;
            }
            slot = (slot + 1) & (slots.Length - 1);
        }
        return Add(shapeKeys, shapeTypes, hash);
    }

    /// <summary>Forgets everything and keeps the memory.</summary>
    public void Clear()
    {
        shapeCount = 1;
        attributeCount = 0;
        Array.Clear(slots);
    }

    private int Add(ReadOnlySpan<int> shapeKeys, ReadOnlySpan<AttributeType> shapeTypes, uint hash)
    {
        int end = attributeCount + shapeKeys.Length;
        if (end > keys.Length)
        {
            int capacity = (int)BitOperations.RoundUpToPowerOf2((uint)end);
            Array.Resize(ref keys, capacity);
            Array.Resize(ref types, capacity);
        }
        if (shapeCount == shapes.Length)
        {
            Array.Resize(ref shapes, shapeCount * 2);
            slots = new int[shapeCount * 4];
            for (int known = 1; known < shapeCount; known++)
            {
                Place(known, shapes[known].Hash);
            }
        }
        shapeKeys.CopyTo(keys.AsSpan(attributeCount));
        shapeTypes.CopyTo(types.AsSpan(attributeCount));
        shapes[shapeCount] = (attributeCount, shapeKeys.Length, hash);
        attributeCount = end;
        Place(shapeCount, hash);
        return shapeCount++;
    }

    private void Place(int shape, uint hash)
    {
        int slot = (int)hash & (slots.Length - 1);
        while (slots[slot] != 0)
        {
            slot = (slot + 1) & (slots.Length - 1);
        }
        slots[slot] = shape;
    }

    // Ids are dense numbers of our own making, behind a seeded table: a sender cannot steer them.
    private static uint Hash(ReadOnlySpan<int> keys, ReadOnlySpan<AttributeType> types)
    {
        ulong hash = (ulong)keys.Length;
        for (int i = 0; i < keys.Length; i++)
        {
            hash = (hash ^ (((ulong)(uint)keys[i] << 3) | (uint)types[i])) * 0x9E3779B97F4A7C15UL;
            hash ^= hash >> 29;
        }
        return (uint)(hash >> 32);
    }
}
