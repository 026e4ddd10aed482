using System.Runtime.InteropServices;
using Clew.Core.Scan;
using Clew.Ingest.Head;

namespace Clew.Ingest.Assembly;

/// <summary>
/// The order in which the parts of a batch are closed: arena by arena, that of the batch's first part before the others, and within an arena
/// as a segment orders its traces, so that who writes the segment reads memory from front to back.
/// </summary>
/// <remarks>Bounded by the batch; memory is kept. Belongs to one thread at a time.</remarks>
internal sealed class ClosingOrder
{
    private readonly List<Arena> arenas = [];
    private readonly List<Place> places = [];

    /// <summary>The places of all parts, in their order. Valid until the next call.</summary>
    public ReadOnlySpan<Place> Of(List<WaitingPart> batch, IReadOnlyList<HeadShard> shards)
    {
        arenas.Clear();
        CollectionsMarshal.SetCount(places, batch.Count);
        var found = CollectionsMarshal.AsSpan(places);
        foreach (var shard in shards)
        {
            shard.FindPlaces(batch, found);
        }
        foreach (ref var place in found)
        {
            int number = arenas.Count - 1;
            while (number >= 0 && arenas[number] != place.Arena)
            {
                number--;
            }
            if (number < 0)
            {
                number = arenas.Count;
                arenas.Add(place.Arena);
            }
            place = place with { ArenaNumber = number };
        }
        found.Sort();
        return found;
    }

    /// <summary>Forgets the parts, so that their arenas can go.</summary>
    public void Clear()
    {
        arenas.Clear();
        places.Clear();
    }

    /// <summary>Where a part lies.</summary>
    /// <param name="Arena">Its arena.</param>
    /// <param name="Position">Its place among traces, as its spans have it.</param>
    /// <param name="Index">Which part of the batch it is.</param>
    internal readonly record struct Place(Arena Arena, TracePosition Position, int Index) : IComparable<Place>
    {
        /// <summary>In the order in which the arenas occur in the batch.</summary>
        public int ArenaNumber { get; init; }

        public int CompareTo(Place other)
        {
            int order = ArenaNumber.CompareTo(other.ArenaNumber);
            return order != 0 || (order = Position.CompareTo(other.Position)) != 0 ? order : Index.CompareTo(other.Index);
        }
    }
}
