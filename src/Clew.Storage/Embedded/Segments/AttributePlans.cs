using System.Numerics;
using Clew.Core.Columns;
using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>The plans of one kind of owner in a segment. Bounded by the owners' distinct lists of keys and types.</summary>
internal sealed class AttributePlans
{
    private AttributePlan?[] places = new AttributePlan?[64];

    public List<AttributePlan> All { get; } = [];

    /// <summary>The plan for these attributes.</summary>
    public AttributePlan Of(AttributeTable attributes, RowRange rows)
    {
        var keys = attributes.Keys.AsSpan(rows.Start, rows.Count);
        var types = attributes.Types.AsSpan(rows.Start, rows.Count);
        uint hash = Hash(keys, types);
        ref var place = ref places[hash & (uint)(places.Length - 1)];
        for (var plan = place; plan is not null; plan = plan.Next)
        {
            if (plan.Fits(hash, keys, types))
            {
                return plan;
            }
        }
        var added = new AttributePlan(keys.ToArray(), types.ToArray(), hash, place);
        place = added;
        All.Add(added);
        if (All.Count > places.Length)
        {
            Grow();
        }
        return added;
    }

    private static uint Hash(ReadOnlySpan<int> keys, ReadOnlySpan<AttributeType> types)
    {
        ulong hash = (ulong)keys.Length;
        for (int i = 0; i < keys.Length; i++)
        {
            hash = (BitOperations.RotateLeft(hash, 5) ^ ((uint)keys[i] | ((ulong)types[i] << 32))) * 0x9E3779B97F4A7C15;
        }
        return (uint)(hash >> 32);
    }

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
