namespace Clew.Server.Api.Http;

/// <summary>Durations as people write them: <c>1.5s</c>, <c>200ms</c>, <c>1h2m</c>.</summary>
internal static class DurationText
{
    private static readonly (string Unit, long Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("\u00B5s", 1_000), ("\u03BCs", 1_000), ("ms", 1_000_000),
        ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ];

    /// <summary>Reads one or more numbers with units, none of them negative; parts of a nanosecond are cut off.</summary>
    /// <param name="text">The duration.</param>
    /// <param name="plainNumbers">True where a number without a unit means nanoseconds; else only 0 may go without.</param>
    /// <param name="nanoseconds">At most <see cref="long.MaxValue"/>.</param>
    public static bool TryParse(ReadOnlySpan<char> text, bool plainNumbers, out long nanoseconds)
    {
        nanoseconds = 0;
        if (text.IsEmpty || text.Length > 64)
        {
            return false;
        }
        if (!text.ContainsAnyExceptInRange('0', '9'))
        {
            return (plainNumbers || text is "0") && long.TryParse(text, out nanoseconds);
        }
        Int128 sum = 0;
        while (!text.IsEmpty)
        {
            if (!TakePart(ref text, out var part) || (sum += part) > long.MaxValue)
            {
                return false;
            }
        }
        nanoseconds = (long)sum;
        return true;
    }

    private static bool TakePart(scoped ref ReadOnlySpan<char> text, out Int128 nanoseconds)
    {
        nanoseconds = 0;
        var whole = Digits(ref text);
        ReadOnlySpan<char> fraction = [];
        if (!text.IsEmpty && text[0] == '.')
        {
            text = text[1..];
            fraction = Digits(ref text);
        }
        if ((whole.IsEmpty && fraction.IsEmpty) || whole.Length > 19)
        {
            return false;
        }
        foreach (var (unit, factor) in Units)
        {
            // "m" is not "ms": what follows a unit is a digit or nothing.
            if (text.StartsWith(unit, StringComparison.Ordinal) && (text.Length == unit.Length || IsNumber(text[unit.Length])))
            {
                text = text[unit.Length..];
                nanoseconds = (Value(whole) * factor) + Fraction(fraction, factor);
                return true;
            }
        }
        return false;
    }

    private static bool IsNumber(char c) => char.IsAsciiDigit(c) || c == '.';

    private static ReadOnlySpan<char> Digits(scoped ref ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? text : text[..end];
        text = text[digits.Length..];
        return digits;
    }

    private static Int128 Value(ReadOnlySpan<char> digits)
    {
        Int128 value = 0;
        foreach (char c in digits)
        {
            value = (value * 10) + (c - '0');
        }
        return value;
    }

    private static Int128 Fraction(ReadOnlySpan<char> digits, long factor)
    {
        // Past 15 digits nothing of an hour is left in nanoseconds.
        digits = digits[..Math.Min(digits.Length, 15)];
        Int128 scale = 1;
        for (int i = 0; i < digits.Length; i++)
        {
            scale *= 10;
        }
        return Value(digits) * factor / scale;
    }
}
