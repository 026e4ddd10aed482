using System.Runtime.InteropServices;
using Clew.Core.Columns;
using Clew.Core.Encodings;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The plans of one kind of owner in a segment. Bounded by the owners' distinct lists of keys and types.</summary>
internal sealed class AttributePlans
{
    private const int RecentPlaces = 64;

    private readonly AttributePlan?[] recent = new AttributePlan?[RecentPlaces]; // by a hash that looks at four numbers
    private AttributePlan?[] places = new AttributePlan?[64];

    public List<AttributePlan> All { get; } = [];

    /// <summary>The plan for these attributes.</summary>
    public AttributePlan Of(AttributeTable attributes, RowRange rows)
    {
        var keys = attributes.Keys.AsSpan(rows.Start, rows.Count);
        var types = attributes.Types.AsSpan(rows.Start, rows.Count);
        if (keys.IsEmpty)
        {
            return OfAll(keys, types);
        }
        ref var last = ref recent[Glance(keys)];
        if (last is null || !last.Fits(keys, types))
        {
            last = OfAll(keys, types);
        }
        return last;
    }

    private AttributePlan OfAll(ReadOnlySpan<int> keys, ReadOnlySpan<AttributeType> types)
    {
        uint hash = Hash(keys, types);
        ref var place = ref places[hash & (uint)(places.Length - 1)];
        for (var plan = place; plan is not null; plan = plan.Next)
        {
            if (plan.Hash == hash && plan.Fits(keys, types))
            {
                return plan;
            }
        }
        var added = new AttributePlan(All.Count, keys.ToArray(), types.ToArray(), hash, place);
        place = added;
        All.Add(added);
        if (All.Count > places.Length)
        {
            Grow();
        }
        return added;
    }

    private static int Glance(ReadOnlySpan<int> keys)
    {
        uint hash = (uint)((keys.Length * 31) + keys[0] + (keys[keys.Length >> 1] * 7) + (keys[^1] * 13));
        return (int)((hash * 0x9E3779B9u) >> 26);
    }

    private static uint Hash(ReadOnlySpan<int> keys, ReadOnlySpan<AttributeType> types) =>
        (uint)StableHash.Of(MemoryMarshal.AsBytes(keys)) ^ (uint)(StableHash.Of(MemoryMarshal.AsBytes(types)) >> 32);

    private void Grow()
    {
        places = new AttributePlan?[places.Length * 4];
        foreach (var plan in All)
        {
            ref var place = ref places[plan.Hash & (uint)(places.Length - 1)];
            plan.Next = place;
            place = plan;
        }
    }
}
