using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Clew.Core.Encodings;

namespace Clew.Core.Series;

/// <summary>The bytes of a sketch. Keep in sync with <c>docs/formats/series.md</c>.</summary>
/// <remarks>
/// All numbers are varints. What the first fields tell is not said again:
/// <code>
/// count
/// min                     if count ≥ 1
/// max − min               if count ≥ 2
/// sum − min − max         if count ≥ 3, up to 128 bits
/// (step, [times])*        if count ≥ 3: the buckets of all values but one smallest and one largest, ascending, until count − 2
///                         values are told. step = distance to the bucket before (at first: to that of min) · 2, + 1 where the
///                         bucket holds several of them, whose number less 2 follows
/// </code>
/// A value takes about a byte up to some dozens, and a bucket 1 to 3 bytes from there on.
/// </remarks>
public sealed partial class LatencySketch
{
    /// <summary>Appends the sketch's bytes.</summary>
    public void Write(IBufferWriter<byte> to)
    {
        Varint.Write(to, Count);
        if (Count >= 1)
        {
            Varint.Write(to, min);
        }
        if (Count >= 2)
        {
            Varint.Write(to, Max - min);
        }
        if (Count >= 3)
        {
            WriteLong(to, Sum - min - Max);
            WriteBuckets(to);
        }
    }

    /// <summary>Adds the values of a sketch that was written, and moves the span past it.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those of a sketch. This one may hold some of its values: throw it away.</exception>
    public void Merge(ref ReadOnlySpan<byte> from)
    {
        ulong count = Varint.Read(ref from);
        if (count == 0)
        {
            return;
        }
        if (count > ulong.MaxValue - Count)
        {
            Throw();
        }
        ulong smallest = Varint.Read(ref from);
        ulong range = count >= 2 ? Varint.Read(ref from) : 0;
        if (range > ulong.MaxValue - smallest)
        {
            Throw();
        }
        ulong largest = smallest + range;
        int bucket = LatencyBuckets.Of(smallest);
        int last = LatencyBuckets.Of(largest);
        UInt128 sum = smallest;
        Put(bucket, 1);
        if (count >= 2)
        {
            sum += largest;
            Put(last, 1);
        }
        if (count >= 3)
        {
            ulong inner = count - 2;
            var innerSum = ReadLong(ref from);
            if (innerSum < (UInt128)smallest * inner || innerSum > (UInt128)largest * inner)
            {
                Throw();
            }
            sum += innerSum;
            while (inner > 0)
            {
                ulong step = Varint.Read(ref from);
                if (step >> 1 > (ulong)(last - bucket))
                {
                    Throw();
                }
                bucket += (int)(step >> 1);
                ulong times = (step & 1) == 0 ? 1 : Varint.Read(ref from);
                if ((step & 1) != 0)
                {
                    if (times > ulong.MaxValue - 2)
                    {
                        Throw();
                    }
                    times += 2;
                }
                if (times > inner)
                {
                    Throw();
                }
                inner -= times;
                Put(bucket, times);
            }
        }
        Sum += sum;
        min = Math.Min(min, smallest);
        Max = Math.Max(Max, largest);
    }

    /// <summary>A sketch that was written; moves the span past it.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those of a sketch.</exception>
    public static LatencySketch Read(ref ReadOnlySpan<byte> from)
    {
        var sketch = new LatencySketch();
        sketch.Merge(ref from);
        return sketch;
    }

    private void WriteBuckets(IBufferWriter<byte> to)
    {
        int before = lowest;
        if (!isDense)
        {
            SortFew();
            int last = (int)Count - 1;
            for (int i = 1; i < last;)
            {
                int bucket = few[i];
                int start = i;
                while (i < last && few[i] == bucket)
                {
                    i++;
                }
                WriteBucket(to, bucket - before, (ulong)(i - start));
                before = bucket;
            }
            return;
        }
        for (int bucket = lowest; bucket <= highest; bucket++)
        {
            ulong times = CounterOf(bucket) - (bucket == lowest ? 1UL : 0) - (bucket == highest ? 1UL : 0);
            if (times > 0)
            {
                WriteBucket(to, bucket - before, times);
                before = bucket;
            }
        }
    }

    private static void WriteBucket(IBufferWriter<byte> to, int distance, ulong times)
    {
        Varint.Write(to, ((ulong)distance << 1) | (times > 1 ? 1UL : 0));
        if (times > 1)
        {
            Varint.Write(to, times - 2);
        }
    }

    private static void WriteLong(IBufferWriter<byte> to, UInt128 value)
    {
        var span = to.GetSpan(19);
        int i = 0;
        while (value >= 0x80)
        {
            span[i++] = (byte)((byte)value | 0x80);
            value >>= 7;
        }
        span[i++] = (byte)value;
        to.Advance(i);
    }

    private static UInt128 ReadLong(ref ReadOnlySpan<byte> from)
    {
        UInt128 value = 0;
        for (int i = 0; i < from.Length && i < 19; i++)
        {
            byte b = from[i];
            if (i == 18 && b > 3)
            {
                break;
            }
            value |= (UInt128)(b & 0x7F) << (7 * i);
            if (b < 0x80)
            {
                from = from[(i + 1)..];
                return value;
            }
        }
        Throw();
        return 0;
    }

    [DoesNotReturn]
    private static void Throw() => throw new InvalidDataException("The bytes are not those of a sketch of latencies.");
}
