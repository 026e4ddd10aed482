using System.Collections.Concurrent;
using Clew.Storage.Embedded.Segments;

namespace Clew.Storage.Embedded.Index;

/// <summary>
/// A field that was asked for by value, and its filters, by segment. State; filters may be looked for from any thread, the rest is guarded
/// by <see cref="SegmentIndex"/>, which bounds it.
/// </summary>
internal sealed class FieldIndex(FilterField name)
{
    private readonly ConcurrentDictionary<long, ValueFilter> filters = new(); // by the segment's id
    private int wanted;

    public FilterField Field => name;

    /// <summary>When it was asked for last, by the clock's timestamp.</summary>
    public long LastUse { get; set; }

    /// <summary>Memory of its filters.</summary>
    public long Bytes { get; private set; }

    /// <summary>Its filters have no room: no more are made until some is given back.</summary>
    public bool HasNoRoom { get; set; }

    /// <summary>Some segment had no filter when somebody asked.</summary>
    public bool IsWanted => Volatile.Read(ref wanted) != 0;

    /// <summary>The segment's filter, or null where it has none yet.</summary>
    public ValueFilter? Of(Segment segment) => filters.GetValueOrDefault(segment.Id);

    /// <summary>Says that a filter is missing; true for the first to say so.</summary>
    public bool Want() => Interlocked.Exchange(ref wanted, 1) == 0;

    /// <summary>Filters are about to be made.</summary>
    public void Begin() => Volatile.Write(ref wanted, 0);

    public void Add(Segment segment, ValueFilter filter)
    {
        filters[segment.Id] = filter;
        Bytes += filter.Bytes;
    }

    /// <summary>Returns the bytes that it took.</summary>
    public long Remove(Segment segment)
    {
        if (!filters.TryRemove(segment.Id, out var filter))
        {
            return 0;
        }
        Bytes -= filter.Bytes;
        return filter.Bytes;
    }
}
