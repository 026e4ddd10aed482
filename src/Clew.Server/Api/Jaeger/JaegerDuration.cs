using System.Globalization;

namespace Clew.Server.Api.Jaeger;

/// <summary>Durations as Jaeger's texts have them: 1.5ms, -10.02s, 1h0m3s.</summary>
internal static class JaegerDuration
{
    /// <summary>The text of that many nanoseconds.</summary>
    public static string Format(long nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return "0s";
        }
        string sign = nanoseconds < 0 ? "-" : "";
        ulong left = nanoseconds < 0 ? 0 - (ulong)nanoseconds : (ulong)nanoseconds;
        return sign + left switch
        {
            < 1_000 => Number(left, 1) + "ns",
            < 1_000_000 => Number(left, 1_000) + "µs",
            < 1_000_000_000 => Number(left, 1_000_000) + "ms",
            _ => Clock(left),
        };
    }

    private static string Clock(ulong nanoseconds)
    {
        const ulong Minute = 60_000_000_000;
        string seconds = Number(nanoseconds % Minute, 1_000_000_000) + "s";
        ulong minutes = nanoseconds / Minute;
        return minutes == 0 ? seconds
            : minutes < 60 ? string.Create(CultureInfo.InvariantCulture, $"{minutes}m{seconds}")
            : string.Create(CultureInfo.InvariantCulture, $"{minutes / 60}h{minutes % 60}m{seconds}");
    }

    private static string Number(ulong nanoseconds, ulong unit) =>
        ((decimal)nanoseconds / unit).ToString("0.#########", CultureInfo.InvariantCulture);
}
