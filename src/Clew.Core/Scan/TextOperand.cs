using System.Globalization;
using Clew.Core.Model;

namespace Clew.Core.Scan;

/// <summary>
/// The text of an <see cref="ComparisonOperator.EqualText"/>, and what it means as a number or boolean.
/// </summary>
public sealed class TextOperand
{
    private readonly AttributeValue text;
    private readonly long? integer;
    private readonly double? number;
    private readonly bool? boolean;

    private TextOperand(AttributeValue text, long? integer, double? number, bool? boolean)
    {
        this.text = text;
        this.integer = integer;
        this.number = number;
        this.boolean = boolean;
    }

    /// <summary>The text itself.</summary>
    public ReadOnlySpan<byte> Text => text.Bytes;

    /// <summary>Its value as an integer, where it is one.</summary>
    public long? Integer => integer;

    /// <summary>Its value as a double, where it is a number, "NaN", "Infinity" or "-Infinity".</summary>
    public double? Number => number;

    /// <summary>Its value as a boolean, where it is "true" or "false".</summary>
    public bool? Boolean => boolean;

    /// <summary>Reads a value of type string.</summary>
    public static TextOperand Parse(AttributeValue text)
    {
        string value = text.ToString();
        return new TextOperand(
            text,
            long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer) ? integer : null,
            double.TryParse(value, NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite), CultureInfo.InvariantCulture, out double number) ? number : null,
            value switch { "true" => true, "false" => false, _ => null });
    }

    /// <summary>True where the value equals the text, by the rules of its kind. NaN equals "NaN".</summary>
    public bool Equals(AttributeValue actual) => Equals(actual.Type, actual.Bits, actual.Bytes);

    /// <summary>The same of a value in its parts.</summary>
    public bool Equals(AttributeType type, long bits, ReadOnlySpan<byte> bytes) => type switch
    {
        AttributeType.String => bytes.SequenceEqual(text.Bytes),
        // Both ways: large integers become the same double as their neighbours, and 2^63, which is none of them.
        AttributeType.Int => integer is { } i ? bits == i : number is { } n && n < long.MaxValue && n == bits && (long)n == bits,
        AttributeType.Double => number is { } n && n.Equals(BitConverter.Int64BitsToDouble(bits)),
        AttributeType.Bool => boolean is { } b && b == (bits != 0),
        _ => false,
    };
}
