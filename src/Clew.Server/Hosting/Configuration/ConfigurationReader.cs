using System.Globalization;
using Clew.Server.Api.Http;

namespace Clew.Server.Hosting.Configuration;

/// <summary>
/// Reads typed values out of the configuration and collects what is wrong with them, each error naming its key. It also knows
/// every key that was asked for, with description and default: the help text comes from here.
/// </summary>
internal sealed class ConfigurationReader(IConfiguration configuration)
{
    private readonly List<string> errors = [];
    private readonly List<ConfigurationKey> keys = [];

    /// <summary>What is wrong, one sentence per key.</summary>
    public IReadOnlyList<string> Errors => errors;

    /// <summary>All keys asked for, in that order.</summary>
    public IReadOnlyList<ConfigurationKey> Keys => keys;

    public string Text(string key, string fallback, string description)
    {
        Note(key, fallback, description);
        return configuration[key] is { Length: > 0 } value ? value : fallback;
    }

    public bool Flag(string key, bool fallback, string description)
    {
        Note(key, fallback ? "true" : "false", description);
        return Read(key, fallback, "true or false", static text => bool.TryParse(text, out bool value) ? value : null);
    }

    public int Number(string key, int fallback, int min, int max, string description)
    {
        Note(key, fallback.ToString(CultureInfo.InvariantCulture), description);
        string expected = string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}");
        return Read(key, fallback, expected, text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max ? value : null);
    }

    /// <summary>A size such as <c>64MiB</c>, <c>1GiB</c>, <c>512KiB</c> or plain bytes.</summary>
    public long Size(string key, long fallback, long min, long max, string description)
    {
        Note(key, ByteSize.Format(fallback), description);
        string expected = $"a size from {ByteSize.Format(min)} to {ByteSize.Format(max)}, such as 64MiB";
        return Read(key, fallback, expected, text => ByteSize.TryParse(text, out long value) && value >= min && value <= max ? value : null);
    }

    /// <summary>A duration such as <c>5s</c>, <c>200ms</c>, <c>1h30m</c>.</summary>
    public TimeSpan Duration(string key, TimeSpan fallback, TimeSpan min, TimeSpan max, string description)
    {
        Note(key, Text(fallback), description);
        string expected = $"a duration from {Text(min)} to {Text(max)}, such as 5s";
        return Read(key, fallback, expected, text =>
            DurationText.TryParse(text, plainNumbers: false, out long nanoseconds) && TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick) is var value
            && value >= min && value <= max ? value : null);
    }

    /// <summary>One of the names of an enumeration, any case.</summary>
    public T Choice<T>(string key, T fallback, string description)
        where T : struct, Enum
    {
        string names = string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()));
        Note(key, fallback.ToString().ToLowerInvariant(), $"{description} ({names})");
        return Read(key, fallback, $"one of {names}", static text =>
            Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null);
    }

    public ListenAddress Listen(string key, string fallback, string description)
    {
        Note(key, fallback, description);
        string text = configuration[key] is { Length: > 0 } value ? value : fallback;
        if (ListenAddress.TryParse(text, out var address))
        {
            return address;
        }
        errors.Add($"{key}: '{text}' is not host:port or off, such as localhost:4317, 0.0.0.0:4317 or [::1]:4317.");
        return ListenAddress.Off;
    }

    public void Error(string message) => errors.Add(message);

    /// <summary>A key of Clew's own sections that nobody asked for is a mistake, most often of spelling.</summary>
    public void RejectUnknownKeys()
    {
        var known = keys.Select(key => key.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (string section in known.Select(name => name.Split(':')[0]).Distinct(StringComparer.OrdinalIgnoreCase).ToList())
        {
            foreach (var (key, value) in configuration.GetSection(section).AsEnumerable())
            {
                // Logging also has keys of the framework's.
                if (value is not null && !key.StartsWith("Logging:LogLevel:", StringComparison.OrdinalIgnoreCase) && key.Contains(':', StringComparison.Ordinal) && !known.Contains(key))
                {
                    errors.Add($"{key}: there is no such key. `clew --help` lists them all.");
                }
            }
        }
    }

    private static string Text(TimeSpan duration) => duration switch
    {
        { Ticks: 0 } => "0s",
        _ when duration.Ticks % TimeSpan.TicksPerHour == 0 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalHours}h"),
        _ when duration.Ticks % TimeSpan.TicksPerMinute == 0 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes}m"),
        _ when duration.Ticks % TimeSpan.TicksPerSecond == 0 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds}ms"),
    };

    private void Note(string key, string fallback, string description) => keys.Add(new ConfigurationKey(key, fallback, description));

    private T Read<T>(string key, T fallback, string expected, Func<string, T?> parse)
        where T : struct
    {
        if (configuration[key] is not { Length: > 0 } text)
        {
            return fallback;
        }
        if (parse(text) is { } value)
        {
            return value;
        }
        errors.Add($"{key}: '{text}' is not {expected}.");
        return fallback;
    }
}
