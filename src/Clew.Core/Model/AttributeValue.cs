using System.Globalization;
using System.Text;

namespace Clew.Core.Model;

/// <summary>
/// One attribute value on its own, outside of a batch: in conditions and in results. Within a batch values lie in columns.
/// </summary>
public readonly struct AttributeValue : IEquatable<AttributeValue>
{
    private readonly long bits;
    private readonly byte[]? bytes;

    private AttributeValue(AttributeType type, long bits, byte[]? bytes)
    {
        Type = type;
        this.bits = bits;
        this.bytes = bytes;
    }

    /// <summary>Which kind of value this is.</summary>
    public AttributeType Type { get; }

    /// <summary>The integer, the boolean as 0 or 1, or the bits of the double.</summary>
    public long Bits => bits;

    /// <summary>The value of <see cref="AttributeType.Bool"/>.</summary>
    public bool Bool => bits != 0;

    /// <summary>The value of <see cref="AttributeType.Double"/>.</summary>
    public double Double => BitConverter.Int64BitsToDouble(bits);

    /// <summary>UTF-8 text, opaque bytes, or the encoded message of an array or map. The value owns its bytes.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    public static AttributeValue Empty => default;

    public static AttributeValue Of(string text) => new(AttributeType.String, 0, Encoding.UTF8.GetBytes(text));

    public static AttributeValue Of(bool value) => new(AttributeType.Bool, value ? 1 : 0, null);

    public static AttributeValue Of(long value) => new(AttributeType.Int, value, null);

    public static AttributeValue Of(double value) => new(AttributeType.Double, BitConverter.DoubleToInt64Bits(value), null);

    /// <summary>A value of a kind that is held as bytes (string, bytes, array, map); copies them.</summary>
    public static AttributeValue Of(AttributeType type, ReadOnlySpan<byte> bytes) => new(type, 0, bytes.ToArray());

    /// <summary>A value of a kind that is held in 64 bits (bool, int, double).</summary>
    public static AttributeValue Of(AttributeType type, long bits) => new(type, bits, null);

    /// <summary>Same kind and same value; doubles are compared bit by bit, so NaN equals NaN.</summary>
    public bool Equals(AttributeValue other) =>
        Type == other.Type && bits == other.bits && Bytes.SequenceEqual(other.Bytes);

    public override bool Equals(object? obj) => obj is AttributeValue other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add((int)Type);
        hash.Add(bits);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    public static bool operator ==(AttributeValue left, AttributeValue right) => left.Equals(right);

    public static bool operator !=(AttributeValue left, AttributeValue right) => !left.Equals(right);

    /// <summary>The value as text where it has one (string, bool, int, double); bytes, arrays and maps as their kind's name.</summary>
    public override string ToString() => Type switch
    {
        AttributeType.String => Encoding.UTF8.GetString(Bytes),
        AttributeType.Bool => Bool ? "true" : "false",
        AttributeType.Int => bits.ToString(CultureInfo.InvariantCulture),
        AttributeType.Double => Double.ToString("R", CultureInfo.InvariantCulture),
        AttributeType.Empty => "",
        _ => Type.ToString(),
    };
}
