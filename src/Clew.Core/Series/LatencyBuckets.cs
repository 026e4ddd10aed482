using System.Numerics;

namespace Clew.Core.Series;

/// <summary>
/// Numbers the buckets of a <see cref="LatencySketch"/>: 36 to each doubling, each 1.0194 times as wide as the one before. Bucket 0 is
/// the value 0 alone. The numbers are stored on disk and never change.
/// </summary>
/// <remarks>
/// A logarithm by two look-ups: of the value shifted until its top bit is set, the next eight bits name the bucket, or the one before
/// the bucket; one comparison decides.
/// </remarks>
internal static class LatencyBuckets
{
    /// <summary>Buckets to each doubling.</summary>
    public const int PerDoubling = 36;

    /// <summary>How many buckets there are: zero, and 64 doublings.</summary>
    public const int Count = 1 + (64 * PerDoubling);

    // Of the doubling from 2^63 to 2^64: the last value of each bucket, and the bucket in which each 256th of it begins.
    private static readonly ulong[] Lasts = MakeLasts();
    private static readonly byte[] Beginnings = MakeBeginnings();
    private static readonly double[] Middles = MakeMiddles();

    /// <summary>The bucket of a value.</summary>
    public static int Of(ulong value)
    {
        if (value == 0)
        {
            return 0;
        }
        int shift = BitOperations.LeadingZeroCount(value);
        ulong shifted = value << shift;
        int inDoubling = Beginnings[(int)(shifted >> 55) & 0xFF];
        inDoubling += shifted > Lasts[inDoubling] ? 1 : 0; // without a branch: nobody could foresee it
        return 1 + ((63 - shift) * PerDoubling) + inDoubling;
    }

    /// <summary>The value whose relative distance to both ends of the bucket is the same, at most 0.97 %.</summary>
    public static double MiddleOf(int bucket) =>
        bucket == 0 ? 0 : Math.ScaleB(Middles[(bucket - 1) % PerDoubling], (bucket - 1) / PerDoubling);

    private static double Beginning(int inDoubling) => Math.Pow(2, inDoubling / (double)PerDoubling);

    private static ulong[] MakeLasts()
    {
        ulong[] lasts = new ulong[PerDoubling];
        for (int i = 0; i < PerDoubling - 1; i++)
        {
            lasts[i] = (ulong)Math.ScaleB(Beginning(i + 1), 63) - 1;
        }
        lasts[^1] = ulong.MaxValue;
        return lasts;
    }

    private static byte[] MakeBeginnings()
    {
        byte[] beginnings = new byte[256];
        for (int i = 0; i < beginnings.Length; i++)
        {
            ulong value = (1UL << 63) | ((ulong)i << 55);
            beginnings[i] = (byte)Array.FindIndex(Lasts, last => last >= value);
        }
        return beginnings;
    }

    private static double[] MakeMiddles()
    {
        double[] middles = new double[PerDoubling];
        for (int i = 0; i < PerDoubling; i++)
        {
            double from = Beginning(i);
            double to = Beginning(i + 1);
            middles[i] = 2 * from * to / (from + to);
        }
        return middles;
    }
}
