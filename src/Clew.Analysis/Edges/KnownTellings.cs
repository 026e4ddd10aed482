using System.Runtime.Intrinsics;

namespace Clew.Analysis.Edges;

/// <summary>
/// What spans of a batch told that had the same kind, the same attribute keys and the same values where they tell something: most spans say
/// what one before them said.
/// </summary>
/// <remarks>A fixed number of places, one for each hash. Belongs to one thread at a time.</remarks>
internal sealed class KnownTellings
{
    /// <summary>The most values that a span is known by.</summary>
    public const int MostValues = 8;

    private const int PlaceBits = 10;

    private readonly ulong[] heads = new ulong[1 << PlaceBits]; // 0: free
    private readonly int[] known = new int[MostValues << PlaceBits];
    private readonly Telling[] told = new Telling[1 << PlaceBits];

    /// <summary>Forgets everything: string ids mean something else.</summary>
    public void Clear() => Array.Clear(heads);

    /// <summary>The place of such spans. True where it holds what they tell; else the caller puts it there.</summary>
    /// <param name="head">Stands for kind and keys; not 0.</param>
    /// <param name="values"><see cref="MostValues"/> string ids.</param>
    /// <param name="place">What they tell.</param>
    public bool TryFind(ulong head, ReadOnlySpan<int> values, out Span<Telling> place)
    {
        var vector = Vector256.Create(values);
        int at = Place(head, vector);
        place = told.AsSpan(at, 1);
        var there = known.AsSpan(at * MostValues, MostValues);
        if (heads[at] == head && Vector256.Create<int>(there) == vector)
        {
            return true;
        }
        heads[at] = head;
        vector.CopyTo(there);
        return false;
    }

    private static int Place(ulong head, Vector256<int> values)
    {
        var words = values.AsUInt64();
        ulong hash = (words[0] ^ (head * 0xA24BAED4963EE407UL)) * 0x9E3779B97F4A7C15UL;
        hash = (hash ^ (hash >> 32) ^ words[1]) * 0xD6E8FEB86659FD93UL;
        hash = (hash ^ (hash >> 32) ^ words[2]) * 0xC2B2AE3D27D4EB4FUL;
        hash = (hash ^ (hash >> 32) ^ words[3]) * 0x9E3779B97F4A7C15UL;
        return (int)(hash >> (64 - PlaceBits));
    }
}
