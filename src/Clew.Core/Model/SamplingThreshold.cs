using System.Buffers;
using System.Globalization;
using System.Numerics;

namespace Clew.Core.Model;

/// <summary>
/// What of 2^56 possible values of a trace's randomness R is dropped: a span is kept where R is at least the threshold (OpenTelemetry's
/// consistent probability sampling, OTEP 235). A later stage may only raise it.
/// </summary>
/// <param name="Value">0 (everything is kept) to 2^56 (nothing is).</param>
public readonly record struct SamplingThreshold(ulong Value) : IComparable<SamplingThreshold>
{
    /// <summary>Values that randomness can have: 2^56.</summary>
    public const ulong Range = 1UL << 56;

    /// <summary>Significant bits of the share that is kept, in thresholds that Clew chooses: they cost few bytes.</summary>
    private const int Precision = 16;

    private const int ExponentBits = 6;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>Keeps everything.</summary>
    public static SamplingThreshold Always => default;

    /// <summary>Keeps nothing.</summary>
    public static SamplingThreshold Never => new(Range);

    /// <summary>Share of traces that pass, 0 to 1.</summary>
    public double Probability => (Range - Value) / (double)Range;

    /// <summary>How many spans a kept one stands for; infinite where nothing is kept.</summary>
    public double AdjustedCount => Range / (double)(Range - Value);

    /// <summary>The threshold that lets this share pass, at the precision that stored thresholds have.</summary>
    /// <param name="share">0 to 1; what lies outside counts as the nearer end.</param>
    public static SamplingThreshold OfProbability(double share) =>
        share >= 1 ? Always : !(share > 0) ? Never : new SamplingThreshold(Range - (ulong)Math.Round(share * Range)).Stored();

    /// <summary>True where a trace of this randomness passes.</summary>
    public bool Keeps(ulong randomness) => randomness >= Value;

    /// <summary>
    /// The nearest threshold at or above this one that takes at most three bytes in a segment: 16 significant bits of the share that is kept.
    /// </summary>
    public SamplingThreshold Stored()
    {
        ulong kept = Range - Value;
        int cut = Math.Max(0, 64 - BitOperations.LeadingZeroCount(kept) - Precision);
        return new SamplingThreshold(Range - (kept >> cut << cut));
    }

    /// <summary>A small number that stands for <see cref="Stored"/>: 0 for <see cref="Always"/>.</summary>
    public long ToCode()
    {
        ulong kept = Range - Stored().Value;
        if (kept == Range)
        {
            return 0;
        }
        int shift = kept == 0 ? 0 : BitOperations.TrailingZeroCount(kept);
        return (long)((((kept >> shift) << ExponentBits) | (uint)shift) + 1);
    }

    /// <summary>Reads <see cref="ToCode"/>; numbers that it does not give are <see cref="Always"/>.</summary>
    public static SamplingThreshold OfCode(long code)
    {
        if (code <= 0)
        {
            return Always;
        }
        ulong packed = (ulong)code - 1;
        int shift = (int)(packed & ((1 << ExponentBits) - 1));
        ulong share = packed >> ExponentBits;
        return shift <= 56 && share <= Range >> shift ? new SamplingThreshold(Range - (share << shift)) : Always;
    }

    /// <summary>Reads the hex digits of <c>th</c>: 1 to 14, the highest first, trailing zeros left out.</summary>
    public static bool TryParse(ReadOnlySpan<byte> hex, out SamplingThreshold threshold)
    {
        bool valid = TryParseHex(hex, out ulong value);
        threshold = new SamplingThreshold(valid ? value << (4 * (14 - hex.Length)) : 0);
        return valid;
    }

    /// <summary>The digits of <c>th</c>: <c>0</c> for everything. Empty for <see cref="Never"/>, which is never sent.</summary>
    public override string ToString() => Value >= Range ? ""
        : Value == 0 ? "0"
        : Value.ToString("x14", CultureInfo.InvariantCulture).TrimEnd('0');

    public int CompareTo(SamplingThreshold other) => Value.CompareTo(other.Value);

    public static bool operator <(SamplingThreshold left, SamplingThreshold right) => left.Value < right.Value;

    public static bool operator >(SamplingThreshold left, SamplingThreshold right) => left.Value > right.Value;

    public static bool operator <=(SamplingThreshold left, SamplingThreshold right) => left.Value <= right.Value;

    public static bool operator >=(SamplingThreshold left, SamplingThreshold right) => left.Value >= right.Value;

    /// <summary>The larger of two: what both let pass.</summary>
    public static SamplingThreshold Max(SamplingThreshold left, SamplingThreshold right) => left > right ? left : right;

    /// <summary>The smaller of two: what either lets pass.</summary>
    public static SamplingThreshold Min(SamplingThreshold left, SamplingThreshold right) => left < right ? left : right;

    internal static bool TryParseHex(ReadOnlySpan<byte> hex, out ulong value)
    {
        value = 0;
        return hex.Length is >= 1 and <= 14 && !hex.ContainsAnyExcept(HexDigits)
            && ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
