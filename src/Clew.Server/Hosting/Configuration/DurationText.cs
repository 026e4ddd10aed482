using System.Buffers;
using System.Globalization;

namespace Clew.Server.Hosting.Configuration;

/// <summary>Durations as people write them: <c>5s</c>, <c>200ms</c>, <c>1h30m</c>, <c>7d</c>.</summary>
internal static class DurationText
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond),
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var rest = text.AsSpan().Trim();
        double ticks = 0;
        if (rest.IsEmpty)
        {
            return false;
        }
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                return false;
            }
            rest = rest[digits..];
            long unit = 0;
            foreach (var (name, size) in Units)
            {
                if (rest.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                {
                    unit = size;
                    rest = rest[name.Length..];
                    break;
                }
            }
            if (unit == 0)
            {
                return false;
            }
            ticks += number * unit;
        }
        if (ticks > TimeSpan.MaxValue.Ticks / 2.0)
        {
            return false;
        }
        duration = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    public static string Format(TimeSpan duration)
    {
        foreach (var (name, size) in Units.OrderByDescending(unit => unit.Ticks))
        {
            if (duration.Ticks >= size && duration.Ticks % size == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / size}{name}");
            }
        }
        return "0s";
    }
}
