using System.Buffers.Binary;
using System.Globalization;

namespace Clew.Core.Model;

/// <summary>The 8-byte id of a span, big-endian on the wire. Zero is invalid; as a parent it means: none.</summary>
public readonly record struct SpanId(ulong Value) : IComparable<SpanId>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 8;

    /// <summary>True for the all-zero id.</summary>
    public bool IsEmpty => Value == 0;

    /// <summary>Reads 8 bytes in network order.</summary>
    public static SpanId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes));

    /// <summary>Writes 8 bytes in network order.</summary>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, Value);

    /// <summary>Parses 1 to 16 hex digits, either case.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out SpanId id)
    {
        id = default;
        if (hex.Length is 0 or > 16
            || !ulong.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value))
        {
            return false;
        }
        id = new SpanId(value);
        return true;
    }

    /// <summary>Order of the bytes.</summary>
    public int CompareTo(SpanId other) => Value.CompareTo(other.Value);

    public static bool operator <(SpanId left, SpanId right) => left.Value < right.Value;

    public static bool operator >(SpanId left, SpanId right) => left.Value > right.Value;

    public static bool operator <=(SpanId left, SpanId right) => left.Value <= right.Value;

    public static bool operator >=(SpanId left, SpanId right) => left.Value >= right.Value;

    /// <summary>16 lower-case hex digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
