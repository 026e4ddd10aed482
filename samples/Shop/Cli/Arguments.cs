using System.Globalization;
using Shop.Supervision;

namespace Shop.Cli;

/// <summary>A verb's words and options, checked against what the verb knows.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> values = [];
    private readonly List<string> words = [];

    /// <summary>Reads <c>--name value</c>, <c>--name=value</c>, flags and plain words.</summary>
    /// <exception cref="ShopException">Something is not known, or has no value.</exception>
    public Arguments(IEnumerable<string> arguments, string[] options, string[] flags)
    {
        using var rest = arguments.GetEnumerator();
        while (rest.MoveNext())
        {
            string argument = rest.Current;
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                words.Add(argument);
                continue;
            }

            string[] parts = argument[2..].Split('=', 2);
            if (flags.Contains(parts[0]) && parts.Length == 1)
                values[parts[0]] = "";
            else if (!options.Contains(parts[0]))
                throw new ShopException($"'{argument}' is not an option here.");
            else if (parts.Length == 2)
                values[parts[0]] = parts[1];
            else if (rest.MoveNext())
                values[parts[0]] = rest.Current;
            else
                throw new ShopException($"'{argument}' needs a value.");
        }
    }

    public IReadOnlyList<string> Words => words;

    public bool Has(string flag) => values.ContainsKey(flag);

    public string? Text(string option) => values.GetValueOrDefault(option);

    public int Whole(string option, int otherwise, int least, int most)
        => !values.TryGetValue(option, out string? text) ? otherwise
            : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most ? value
            : throw new ShopException($"--{option} is a whole number from {least} to {most}, not '{text}'.");

    public double Rate(string option, double otherwise)
        => !values.TryGetValue(option, out string? text) ? otherwise
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and <= 1_000 ? value
            : throw new ShopException($"--{option} is a number above 0 and up to 1000, not '{text}'.");

    /// <summary>A time such as 90, 90s, 5m or 1h.</summary>
    public TimeSpan? Duration(string option)
    {
        if (!values.TryGetValue(option, out string? text))
            return null;
        int seconds = text.Length == 0 ? 0 : text[^1] switch { 'h' => 3600, 'm' => 60, _ => 1 };
        string number = text.TrimEnd('s', 'm', 'h');
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and < 1e6
            ? TimeSpan.FromSeconds(value * seconds)
            : throw new ShopException($"--{option} is a time such as 90s, 5m or 1h, not '{text}'.");
    }

    public Uri Address(string option, Uri otherwise)
        => !values.TryGetValue(option, out string? text) ? otherwise
            : Uri.TryCreate(text, UriKind.Absolute, out var address) ? address
            : throw new ShopException($"--{option} is an address such as {otherwise}, not '{text}'.");
}
