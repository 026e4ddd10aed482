using System.Globalization;

namespace Clew.Server.Api.Http;

/// <summary>Points in time as Unix nanoseconds or RFC 3339.</summary>
internal static class TimeText
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss'Z'"];

    public static bool TryParse(string text, out ulong unixNanoseconds)
    {
        unixNanoseconds = 0;
        if (text.Length is 0 or > 64)
        {
            return false;
        }
        if (!text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out unixNanoseconds);
        }
        // The framework's clock has 100 ns: the fraction is read apart.
        string upper = text.ToUpperInvariant();
        ulong fraction = 0;
        int dot = upper.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0)
        {
            int end = dot + 1;
            while (end < upper.Length && char.IsAsciiDigit(upper[end]))
            {
                end++;
            }
            if (end == dot + 1)
            {
                return false;
            }
            string digits = upper[(dot + 1)..end].PadRight(9, '0')[..9];
            fraction = ulong.Parse(digits, CultureInfo.InvariantCulture);
            upper = string.Concat(upper.AsSpan(0, dot), upper.AsSpan(end));
        }
        if (!DateTimeOffset.TryParseExact(
            upper, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return false;
        }
        long seconds = time.ToUnixTimeSeconds();
        if (seconds < 0 || (ulong)seconds > ulong.MaxValue / 1_000_000_000)
        {
            return false;
        }
        unixNanoseconds = ((ulong)seconds * 1_000_000_000) + fraction;
        return true;
    }

    /// <summary>RFC 3339 in UTC with milliseconds, rounded down.</summary>
    public static string Format(ulong unixNanoseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)(unixNanoseconds / 1_000_000)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
