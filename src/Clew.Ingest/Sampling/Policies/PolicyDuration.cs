using System.Globalization;

namespace Clew.Ingest.Sampling.Policies;

/// <summary>Durations as policies write them: a number and one unit.</summary>
internal static class PolicyDuration
{
    private static readonly (string Unit, double Ticks)[] Units =
    [
        ("us", TimeSpan.TicksPerMicrosecond), ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        foreach (var (unit, ticks) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
                && number * ticks < TimeSpan.FromDays(365).Ticks)
            {
                duration = TimeSpan.FromTicks((long)Math.Round(number * ticks));
                return true;
            }
        }
        duration = default;
        return text == "0";
    }

    public static string Format(TimeSpan duration)
    {
        var (unit, ticks) = Units.Last(unit => unit.Unit == "us" || (duration.Ticks % (long)unit.Ticks == 0 && duration.Ticks > 0));
        return (duration.Ticks / ticks).ToString("0.###", CultureInfo.InvariantCulture) + unit;
    }
}
