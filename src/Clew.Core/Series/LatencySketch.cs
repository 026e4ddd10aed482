using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Clew.Core.Series;

/// <summary>
/// A histogram of durations that can be merged without loss: any quantile within 1 % of the true value; count, sum, smallest and largest
/// exact. Takes nanoseconds from 0 to 2^64 − 1.
/// </summary>
/// <remarks>
/// <para>Logarithmic buckets (<see cref="LatencyBuckets"/>), as Masson, Rim and Lee describe for DDSketch. The same values give the same
/// sketch, in whatever order and by whatever merges they came.</para>
/// <para>Up to 24 values lie in the object itself, as bucket numbers. Beyond, buckets are counters in one array that spans the buckets in
/// use: four bytes each, eight once a bucket counts 2^32. Bounded by 2,305 buckets; latencies of one operation take some 100 to 400.</para>
/// <para>Not thread-safe, not even for readers: values are put in order as they are asked for.</para>
/// </remarks>
public sealed partial class LatencySketch
{
    /// <summary>The most by which a quantile may differ from the true value, as a share of it.</summary>
    public const double RelativeError = 0.01;

    private const int FewCapacity = 24;
    private const int Margin = 8; // buckets to either side of those in use, so that growing is rare

    private Few few; // buckets of the values, in no order, while there are at most that many
    private uint[] counters = [];
    private ulong[]? wide; // in place of the counters once one of them is full
    private int first; // bucket of the first counter
    private int lowest = int.MaxValue; // buckets in use
    private int highest = -1;
    private bool isDense;
    private ulong min = ulong.MaxValue;

    /// <summary>How many values it holds.</summary>
    public ulong Count { get; private set; }

    /// <summary>Sum of the values, nanoseconds.</summary>
    public UInt128 Sum { get; private set; }

    /// <summary>The smallest value; 0 where there is none.</summary>
    public ulong Min => Count == 0 ? 0 : min;

    /// <summary>The largest value; 0 where there is none.</summary>
    public ulong Max { get; private set; }

    /// <summary>Bytes the sketch holds on to, the object included.</summary>
    public int AllocatedBytes => 176 + (4 * counters.Length) + (8 * (wide?.Length ?? 0));

    /// <summary>Adds a value.</summary>
    public void Add(ulong nanoseconds)
    {
        int bucket = LatencyBuckets.Of(nanoseconds);
        int at = bucket - first;
        if (isDense && (uint)at < (uint)counters.Length && counters[at] < uint.MaxValue)
        {
            counters[at]++;
            Count++;
            lowest = Math.Min(lowest, bucket);
            highest = Math.Max(highest, bucket);
        }
        else
        {
            Put(bucket, 1);
        }
        Sum += nanoseconds;
        min = Math.Min(min, nanoseconds);
        Max = Math.Max(Max, nanoseconds);
    }

    /// <summary>Adds values: the same as one by one, and faster.</summary>
    public void Add(ReadOnlySpan<ulong> nanoseconds)
    {
        if (wide is not null || (!isDense && Count + (ulong)nanoseconds.Length <= FewCapacity)
            || nanoseconds.IsEmpty || Count + (ulong)nanoseconds.Length > uint.MaxValue)
        {
            foreach (ulong value in nanoseconds)
            {
                Add(value);
            }
            return;
        }
        ulong smallest = ulong.MaxValue;
        ulong largest = 0;
        ulong low = 0;
        ulong high = 0;
        foreach (ulong value in nanoseconds)
        {
            smallest = Math.Min(smallest, value);
            largest = Math.Max(largest, value);
            low += value;
            high += low < value ? 1UL : 0;
        }
        int from = LatencyBuckets.Of(smallest);
        int to = LatencyBuckets.Of(largest);
        MakeRoom(from, to);
        var room = counters.AsSpan();
        foreach (ulong value in nanoseconds)
        {
            room[LatencyBuckets.Of(value) - first]++;
        }
        Count += (ulong)nanoseconds.Length;
        lowest = Math.Min(lowest, from);
        highest = Math.Max(highest, to);
        Sum += new UInt128(high, low);
        min = Math.Min(min, smallest);
        Max = Math.Max(Max, largest);
    }

    /// <summary>Adds a value that stands for several.</summary>
    public void Add(ulong nanoseconds, ulong times)
    {
        if (times == 0)
        {
            return;
        }
        Put(LatencyBuckets.Of(nanoseconds), times);
        Sum += (UInt128)nanoseconds * times;
        min = Math.Min(min, nanoseconds);
        Max = Math.Max(Max, nanoseconds);
    }

    /// <summary>Adds the values of another sketch, which stays as it is.</summary>
    public void Merge(LatencySketch other)
    {
        if (other.Count == 0)
        {
            return;
        }
        if (!other.isDense)
        {
            for (int i = 0; i < (int)other.Count; i++)
            {
                Put(other.few[i], 1);
            }
        }
        else if (other.wide is not null || Count + other.Count > uint.MaxValue)
        {
            for (int bucket = other.lowest; bucket <= other.highest; bucket++)
            {
                Put(bucket, other.CounterOf(bucket));
            }
        }
        else
        {
            MergeCounters(other);
        }
        Sum += other.Sum;
        min = Math.Min(min, other.min);
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>
    /// A value that this share of the values does not exceed: that of rank ⌊share · (count − 1)⌋, the smallest being rank 0. Within
    /// <see cref="RelativeError"/> of the true one; the smallest and largest are exact. 0 where there are no values.
    /// </summary>
    /// <param name="share">0 to 1.</param>
    public double Quantile(double share)
    {
        if (Count == 0)
        {
            return 0;
        }
        ulong rank = share >= 1 ? Count - 1 : (ulong)Math.Max(0, Math.Floor(share * (Count - 1)));
        if (rank == 0)
        {
            return min;
        }
        if (rank >= Count - 1)
        {
            return Max;
        }
        return Math.Clamp(LatencyBuckets.MiddleOf(BucketAt(rank)), min, Max);
    }

    /// <summary>Forgets every value and keeps the memory.</summary>
    public void Clear()
    {
        if (wide is not null)
        {
            Array.Clear(counters);
            wide = null;
        }
        else if (isDense)
        {
            Array.Clear(counters, lowest - first, highest - lowest + 1);
        }
        isDense = false;
        (lowest, highest) = (int.MaxValue, -1);
        (Count, Sum, min, Max) = (0, 0, ulong.MaxValue, 0);
    }

    private int BucketAt(ulong rank)
    {
        if (!isDense)
        {
            SortFew();
            return few[(int)rank];
        }
        int bucket = lowest;
        for (ulong passed = CounterOf(bucket); passed <= rank; passed += CounterOf(bucket))
        {
            bucket++;
        }
        return bucket;
    }

    private ulong CounterOf(int bucket) => wide is null ? counters[bucket - first] : wide[bucket - first];

    /// <summary>Counts values of one bucket; all but sum, smallest and largest.</summary>
    private void Put(int bucket, ulong times)
    {
        if (times == 0)
        {
            return;
        }
        if (!isDense && Count + times <= FewCapacity)
        {
            ((Span<ushort>)few).Slice((int)Count, (int)times).Fill((ushort)bucket);
        }
        else
        {
            MakeRoom(bucket, bucket);
            Increase(bucket - first, times);
        }
        Count += times;
        lowest = Math.Min(lowest, bucket);
        highest = Math.Max(highest, bucket);
    }

    private void Increase(int at, ulong times)
    {
        if (wide is null)
        {
            if (times <= uint.MaxValue - counters[at])
            {
                counters[at] += (uint)times;
                return;
            }
            wide = new ulong[counters.Length];
            for (int i = 0; i < wide.Length; i++)
            {
                wide[i] = counters[i];
            }
            Array.Fill(counters, uint.MaxValue); // Add() then leaves them alone
        }
        wide[at] += times;
    }

    private void MergeCounters(LatencySketch other)
    {
        MakeRoom(other.lowest, other.highest);
        int length = other.highest - other.lowest + 1;
        var from = other.counters.AsSpan(other.lowest - other.first, length);
        var to = counters.AsSpan(other.lowest - first, length);
        var vectorsFrom = MemoryMarshal.Cast<uint, Vector<uint>>(from);
        var vectorsTo = MemoryMarshal.Cast<uint, Vector<uint>>(to);
        for (int i = 0; i < vectorsTo.Length; i++)
        {
            vectorsTo[i] += vectorsFrom[i];
        }
        for (int i = vectorsTo.Length * Vector<uint>.Count; i < to.Length; i++)
        {
            to[i] += from[i];
        }
        Count += other.Count;
        lowest = Math.Min(lowest, other.lowest);
        highest = Math.Max(highest, other.highest);
    }

    /// <summary>Goes over to counters, and lets them span these buckets and those in use.</summary>
    private void MakeRoom(int from, int to)
    {
        if (isDense && from >= first && to < first + counters.Length)
        {
            return;
        }
        from = Math.Min(from, lowest);
        to = Math.Max(to, highest);
        int length = to - from + 1;
        int newFirst = Math.Max(0, from - Margin);
        if (!isDense)
        {
            if (counters.Length < length + Margin)
            {
                counters = new uint[NewLength(length)];
            }
            first = newFirst;
            isDense = true;
            foreach (ushort bucket in ((ReadOnlySpan<ushort>)few)[..(int)Count])
            {
                counters[bucket - first]++;
            }
            return;
        }
        Move(ref counters, newFirst, length);
        if (wide is not null)
        {
            Move(ref wide, newFirst, length);
            Array.Fill(counters, uint.MaxValue);
        }
        first = newFirst;
    }

    private void Move<T>(ref T[] array, int newFirst, int length)
    {
        var from = array;
        int start = lowest - newFirst;
        int used = highest - lowest + 1;
        if (array.Length < length + Margin)
        {
            array = new T[NewLength(length)];
        }
        Array.Copy(from, lowest - first, array, start, used);
        if (array == from)
        {
            Array.Clear(array, 0, start);
            Array.Clear(array, start + used, array.Length - start - used);
        }
    }

    private static int NewLength(int length) => (length + (2 * Margin) + 15) & ~15;

    private void SortFew() => ((Span<ushort>)few)[..(int)Count].Sort();

    [InlineArray(FewCapacity)]
    private struct Few
    {
        private ushort bucket;
    }
}
