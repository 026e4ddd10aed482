namespace Clew.Core.Series;

// Values that were counted and turned out to belong elsewhere.
public sealed partial class LatencySketch
{
    /// <summary>
    /// Takes out the values of another sketch, which stays as it is; values that are not here are passed over. Count and sum are exact
    /// where all are here; the smallest and largest are within <see cref="RelativeError"/> from then on.
    /// </summary>
    public void Subtract(LatencySketch other)
    {
        if (Count == 0 || other.Count == 0)
        {
            return;
        }
        var left = new SortedDictionary<int, ulong>();
        AddTo(left);
        var taken = new SortedDictionary<int, ulong>();
        other.AddTo(taken);
        foreach (var (bucket, times) in taken)
        {
            ulong here = left.GetValueOrDefault(bucket);
            if (here > times)
            {
                left[bucket] = here - times;
            }
            else
            {
                left.Remove(bucket);
            }
        }
        var (sum, smallest, largest) = (Sum > other.Sum ? Sum - other.Sum : 0, min, Max);
        Clear();
        foreach (var (bucket, times) in left)
        {
            Put(bucket, times);
        }
        if (Count > 0)
        {
            min = LatencyBuckets.Of(smallest) == lowest ? smallest : (ulong)LatencyBuckets.MiddleOf(lowest);
            Max = LatencyBuckets.Of(largest) == highest ? largest : (ulong)LatencyBuckets.MiddleOf(highest);
            Sum = sum;
        }
    }

    /// <summary>Adds how many values each bucket has.</summary>
    private void AddTo(SortedDictionary<int, ulong> buckets)
    {
        if (!isDense)
        {
            foreach (ushort bucket in ((ReadOnlySpan<ushort>)few)[..(int)Count])
            {
                buckets[bucket] = buckets.GetValueOrDefault(bucket) + 1;
            }
            return;
        }
        for (int bucket = lowest; bucket <= highest; bucket++)
        {
            if (CounterOf(bucket) is > 0 and var times)
            {
                buckets[bucket] = times;
            }
        }
    }
}
