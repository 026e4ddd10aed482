using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Clew.Core.Model;

/// <summary>
/// The 16-byte id of a trace, as two big-endian halves. The all-zero id is invalid (W3C Trace Context).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct TraceId(ulong High, ulong Low) : IComparable<TraceId>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 16;

    /// <summary>True for the all-zero, invalid id.</summary>
    public bool IsEmpty => (High | Low) == 0;

    /// <summary>Reads 16 bytes in network order.</summary>
    public static TraceId Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    /// <summary>Writes 16 bytes in network order.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    /// <summary>
    /// Parses 1 to 32 hex digits, either case; shorter ids are padded with zeros on the left, as Jaeger and Zipkin print 64-bit ids.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out TraceId id)
    {
        id = default;
        if (hex.Length is 0 or > 32)
        {
            return false;
        }
        var lowDigits = hex.Length > 16 ? hex[^16..] : hex;
        var highDigits = hex.Length > 16 ? hex[..^16] : [];
        ulong high = 0;
        if (!ulong.TryParse(lowDigits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong low)
            || (highDigits.Length > 0 && !ulong.TryParse(highDigits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out high)))
        {
            return false;
        }
        id = new TraceId(high, low);
        return true;
    }

    /// <summary>Order of the bytes.</summary>
    public int CompareTo(TraceId other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    public static bool operator <(TraceId left, TraceId right) => left.CompareTo(right) < 0;

    public static bool operator >(TraceId left, TraceId right) => left.CompareTo(right) > 0;

    public static bool operator <=(TraceId left, TraceId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(TraceId left, TraceId right) => left.CompareTo(right) >= 0;

    /// <summary>
    /// Mixes both halves: many generators leave one of them almost constant.
    /// </summary>
    public override int GetHashCode() => (int)(Mix() >> 32);

    /// <summary>64 well-mixed bits, the same in every process: shards and Bloom filters rely on it.</summary>
    public ulong Mix()
    {
        ulong x = High * 0x9E3779B97F4A7C15UL ^ Low;
        x ^= x >> 32;
        x *= 0xD6E8FEB86659FD93UL;
        x ^= x >> 32;
        x *= 0xD6E8FEB86659FD93UL;
        return x ^ (x >> 32);
    }

    /// <summary>32 lower-case hex digits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High:x16}{Low:x16}");
}
