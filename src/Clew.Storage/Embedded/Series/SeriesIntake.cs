using Clew.Core.Series;

namespace Clew.Storage.Embedded.Series;

/// <summary>
/// What is committed and not in blocks yet, of all tenants, and the numbers of their series. State; under the store's gate.
/// </summary>
internal sealed class SeriesIntake(int maxSeries, SeriesClock clock, SeriesHealth health)
{
    private readonly Dictionary<string, SeriesKeys> keys = new(StringComparer.Ordinal);
    private readonly LatencySketch sketch = new();
    private Dictionary<string, SeriesMemory> memories = new(StringComparer.Ordinal);
    private Dictionary<string, SeriesMemory> folding = new(StringComparer.Ordinal);

    /// <summary>Spans and calls that were added to a series named "other".</summary>
    public long CountedAsOther { get; private set; }

    /// <summary>Spans and calls that were dropped.</summary>
    public long TooOld { get; private set; }

    public long Bytes => memories.Values.Sum(memory => memory.Bytes) + folding.Values.Sum(memory => memory.Bytes);

    public int Cells => memories.Values.Sum(memory => memory.Cells);

    public int Series => keys.Values.Sum(tenant => tenant.Count);

    /// <summary>The series of a tenant; made where there are none.</summary>
    public SeriesKeys KeysOf(string tenant)
    {
        if (!keys.TryGetValue(tenant, out var known))
        {
            keys.Add(tenant, known = new SeriesKeys(maxSeries));
        }
        return known;
    }

    /// <summary>Where a tenant's points go.</summary>
    public (SeriesKeys Keys, SeriesMemory Memory) Of(string tenant)
    {
        if (!memories.TryGetValue(tenant, out var memory))
        {
            memories.Add(tenant, memory = new SeriesMemory());
        }
        return (KeysOf(tenant), memory);
    }

    /// <summary>What there is of a tenant: what is being folded, and what came since.</summary>
    public IEnumerable<SeriesMemory> MemoriesOf(string tenant)
    {
        if (folding.TryGetValue(tenant, out var older))
        {
            yield return older;
        }
        if (memories.TryGetValue(tenant, out var newer))
        {
            yield return newer;
        }
    }

    /// <summary>Adds to a point, and moves the span past its sketch. Returns the series' number; −1 where the point is too old to be kept.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those of a sketch.</exception>
    public int Add((SeriesKeys Keys, SeriesMemory Memory) tenant, SeriesKey key, long step, ulong errors, ref ReadOnlySpan<byte> durations)
    {
        sketch.Clear();
        sketch.Merge(ref durations);
        ulong time = (ulong)step * SeriesDelta.StepWidth;
        clock.Note(time);
        if (clock.IsTooOld(time))
        {
            TooOld += (long)sketch.Count;
            return -1;
        }
        int number = tenant.Keys.NumberFor(key, out bool isOther);
        if (isOther)
        {
            CountedAsOther += (long)sketch.Count;
            health.Add($"There are more than {maxSeries} series; what is past that is counted as {SeriesLabels.Folded}.");
        }
        tenant.Memory.Add(number, step, errors, sketch);
        return number;
    }

    /// <summary>What is there now is about to be folded: it stays to be read, and what comes is added elsewhere.</summary>
    public IReadOnlyDictionary<string, SeriesMemory> Freeze()
    {
        (folding, memories) = (memories, new Dictionary<string, SeriesMemory>(StringComparer.Ordinal));
        return folding;
    }

    /// <summary>It is in blocks now.</summary>
    public void Forget() => folding = new Dictionary<string, SeriesMemory>(StringComparer.Ordinal);

    /// <summary>It could not be folded: everything is as before.</summary>
    public void Thaw()
    {
        foreach (var (tenant, memory) in memories)
        {
            if (!folding.TryAdd(tenant, memory))
            {
                folding[tenant].Add(memory);
            }
        }
        memories = folding;
        folding = new Dictionary<string, SeriesMemory>(StringComparer.Ordinal);
    }
}
