using System.Numerics;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Ingest.Head;

/// <summary>Finds spans of an arena's large parts by (part, span id, kind). Small parts are walked instead, which costs no memory.</summary>
/// <remarks>A part is named by its serial number, which no later part has: nothing need be taken out. Bounded by the arena. Guarded by the shard's lock.</remarks>
internal sealed class LargePartIndex : Table
{
    private int[] rows = [];
    private int[] parts = []; // serial numbers
    private uint[] hashes = [];
    private int[] nexts = []; // entry of the same bucket + 1, 0 is none
    private int[] buckets = []; // entry + 1

    public long UsedBytes => 20L * Count;

    public long AllocatedBytes => (16L * Capacity) + (4L * buckets.Length);

    /// <summary>The entry to look at first, −1.</summary>
    public int First(int part, ulong spanId, SpanKind kind) =>
        Count == 0 ? -1 : FirstOf(part, Hash(part, spanId, kind), buckets[(int)Hash(part, spanId, kind) & (buckets.Length - 1)] - 1);

    /// <summary>The entry to look at after this one, −1.</summary>
    public int Next(int entry) => FirstOf(parts[entry], hashes[entry], nexts[entry] - 1);

    public int Row(int entry) => rows[entry];

    /// <summary>Adds a span.</summary>
    public void Add(int row, int part, ulong spanId, SpanKind kind)
    {
        int entry = AddRow();
        if (buckets.Length < Capacity)
        {
            Grow(entry);
        }
        rows[entry] = row;
        parts[entry] = part;
        hashes[entry] = Hash(part, spanId, kind);
        Link(entry);
    }

    /// <summary>Forgets everything and keeps the memory.</summary>
    public new void Clear()
    {
        base.Clear();
        Array.Clear(buckets);
    }

    /// <inheritdoc/>
    protected override void Resize(int capacity)
    {
        Array.Resize(ref rows, capacity);
        Array.Resize(ref parts, capacity);
        Array.Resize(ref hashes, capacity);
        Array.Resize(ref nexts, capacity);
    }

    private int FirstOf(int part, uint hash, int entry)
    {
        while (entry >= 0 && (parts[entry] != part || hashes[entry] != hash))
        {
            entry = nexts[entry] - 1;
        }
        return entry;
    }

    private void Grow(int entries)
    {
        buckets = new int[Math.Max(1024, (int)BitOperations.RoundUpToPowerOf2((uint)Capacity))];
        for (int entry = 0; entry < entries; entry++)
        {
            Link(entry);
        }
    }

    private void Link(int entry)
    {
        ref int bucket = ref buckets[(int)hashes[entry] & (buckets.Length - 1)];
        nexts[entry] = bucket;
        bucket = entry + 1;
    }

    private static uint Hash(int part, ulong spanId, SpanKind kind)
    {
        ulong hash = (spanId ^ ((ulong)(uint)part << 32)) * 0x9E3779B97F4A7C15UL;
        hash ^= hash >> 32;
        return (uint)hash + (uint)kind;
    }
}
