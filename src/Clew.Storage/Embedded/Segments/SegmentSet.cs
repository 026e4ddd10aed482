using Clew.Core.Model;

namespace Clew.Storage.Embedded.Segments;

/// <summary>
/// The segments at one moment, by tenant, those with the newest traces first. Model: immutable, swapped whole; counted, so that a file
/// goes away only when no snapshot shows it.
/// </summary>
internal sealed class SegmentSet
{
    private readonly Dictionary<string, Segment[]> byTenant = new(StringComparer.Ordinal);
    private readonly Action<Segment> onUnused;
    private int references = 1;

    public SegmentSet(IEnumerable<Segment> segments, Action<Segment> onUnused)
    {
        this.onUnused = onUnused;
        All = [.. segments];
        foreach (var tenant in All.GroupBy(segment => segment.Summary.Tenant))
        {
            byTenant.Add(tenant.Key, [.. tenant.OrderByDescending(segment => segment.Summary.NewestTrace)]);
        }
        foreach (var segment in All)
        {
            segment.Acquire();
        }
    }

    public IReadOnlyList<Segment> All { get; }

    /// <summary>A tenant's segments, newest first; not to be changed.</summary>
    public Segment[] Of(Tenant tenant) => byTenant.TryGetValue(tenant.Name, out var segments) ? segments : [];

    public void Acquire() => Interlocked.Increment(ref references);

    public void Release()
    {
        if (Interlocked.Decrement(ref references) != 0)
        {
            return;
        }
        foreach (var segment in All)
        {
            if (segment.Release())
            {
                onUnused(segment);
            }
        }
    }
}
