using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Clew.Ingest.Otlp.Json;

/// <summary>Reads single values of the OTLP JSON mapping. A value of another JSON type than the field's makes the payload malformed.</summary>
/// <remarks>
/// Integers come as numbers or as decimal strings, doubles also as strings (<c>NaN</c>, <c>Infinity</c>, <c>-Infinity</c>), bytes as
/// base64 in the standard or the URL-safe alphabet, with or without padding. Enums are integers; their names are understood as well.
/// </remarks>
internal static class JsonText
{
    /// <summary>Throws what every malformed payload throws; the reader turns it into an error.</summary>
    public static JsonException Malformed(string what) => new(what);

    /// <summary>Unescapes the string at hand. Escapes that are no text (half a surrogate pair) are malformed.</summary>
    public static int Copy(in Utf8JsonReader json, Span<byte> to)
    {
        try
        {
            return json.CopyString(to);
        }
        catch (InvalidOperationException)
        {
            throw Malformed(OtlpErrors.InvalidUtf8);
        }
    }

    /// <summary>The integer at hand.</summary>
    public static long Int64(in Utf8JsonReader json)
    {
        Span<byte> buffer = stackalloc byte[64];
        var digits = Digits(json, buffer);
        if (Utf8Parser.TryParse(digits, out long value, out int consumed) && consumed == digits.Length)
        {
            return value;
        }
        decimal number = Integral(digits);
        return number is >= long.MinValue and <= long.MaxValue ? (long)number : throw Malformed("An integer is out of its range.");
    }

    /// <summary>The unsigned integer at hand.</summary>
    public static ulong UInt64(in Utf8JsonReader json)
    {
        Span<byte> buffer = stackalloc byte[64];
        var digits = Digits(json, buffer);
        if (Utf8Parser.TryParse(digits, out ulong value, out int consumed) && consumed == digits.Length)
        {
            return value;
        }
        decimal number = Integral(digits);
        return number is >= 0 and <= ulong.MaxValue ? (ulong)number : throw Malformed("An integer is out of its range.");
    }

    /// <summary>The unsigned 32-bit integer at hand.</summary>
    public static uint UInt32(in Utf8JsonReader json)
    {
        ulong value = UInt64(json);
        return value <= uint.MaxValue ? (uint)value : throw Malformed("An integer is out of its range.");
    }

    /// <summary>The boolean at hand.</summary>
    public static bool Bool(in Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Malformed("A boolean was expected."),
    };

    /// <summary>The double at hand.</summary>
    public static double Double(in Utf8JsonReader json)
    {
        Span<byte> buffer = stackalloc byte[512];
        if (json.TokenType == JsonTokenType.String)
        {
            if (json.ValueTextEquals("NaN"u8))
            {
                return double.NaN;
            }
            if (json.ValueTextEquals("Infinity"u8))
            {
                return double.PositiveInfinity;
            }
            if (json.ValueTextEquals("-Infinity"u8))
            {
                return double.NegativeInfinity;
            }
        }
        var digits = Digits(json, buffer);
        if (digits.IsEmpty || !IsNumberStart(digits[0])
            || !double.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value)
            || double.IsInfinity(value))
        {
            throw Malformed("A number is none, or out of the range of a double.");
        }
        return value;
    }

    /// <summary>Decodes base64 of either alphabet, in place. Returns the number of bytes.</summary>
    public static int Base64(Span<byte> text)
    {
        int length = text.TrimEnd((byte)'=').Length;
        var digits = text[..length];
        digits.Replace((byte)'+', (byte)'-');
        digits.Replace((byte)'/', (byte)'_');
        if (text.Length - length > 2 || !Base64Url.IsValid(digits))
        {
            throw Malformed("A bytes value is not base64.");
        }
        return Base64Url.DecodeFromUtf8InPlace(digits);
    }

    private static bool IsNumberStart(byte b) => b is (byte)'-' or (>= (byte)'0' and <= (byte)'9');

    private static ReadOnlySpan<byte> Digits(in Utf8JsonReader json, Span<byte> buffer)
    {
        if (json.TokenType == JsonTokenType.Number || (json.TokenType == JsonTokenType.String && !json.ValueIsEscaped))
        {
            return json.ValueSpan;
        }
        if (json.TokenType != JsonTokenType.String || json.ValueSpan.Length > buffer.Length)
        {
            throw Malformed("A number was expected.");
        }
        return buffer[..Copy(json, buffer)];
    }

    private static decimal Integral(ReadOnlySpan<byte> digits)
    {
        // 1e3 and 1.0 are integers in JSON too.
        if (digits.IsEmpty || !IsNumberStart(digits[0])
            || !decimal.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out decimal number)
            || number != decimal.Truncate(number))
        {
            throw Malformed("An integer was expected.");
        }
        return number;
    }
}
