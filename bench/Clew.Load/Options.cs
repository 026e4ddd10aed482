using System.Globalization;

namespace Clew.Load;

/// <summary>The options of a run; see bench/README.md. What stands behind <c>--</c> goes to the server.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string> values = [];
    private readonly HashSet<string> used = [];

    /// <exception cref="UsageException">An argument is no option.</exception>
    public Options(string[] arguments)
    {
        int end = Array.IndexOf(arguments, "--");
        ServerArguments = end < 0 ? [] : arguments[(end + 1)..];
        Arguments = end < 0 ? arguments : arguments[..end];
        for (int i = 0; i < Arguments.Length; i++)
        {
            if (!Arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                throw new UsageException($"'{Arguments[i]}' is not an option.");
            }
            bool hasValue = i + 1 < Arguments.Length && !Arguments[i + 1].StartsWith("--", StringComparison.Ordinal);
            values[Arguments[i][2..]] = hasValue ? Arguments[++i] : "true";
        }
    }

    public string[] Arguments { get; }

    public string[] ServerArguments { get; private set; }

    /// <summary>Gives the server something that the verb needs; what the command line gives it wins.</summary>
    public void AddServerArguments(params string[] arguments) => ServerArguments = [.. arguments, .. ServerArguments];

    public string? Text(string name)
    {
        used.Add(name);
        return values.GetValueOrDefault(name);
    }

    public bool Flag(string name) => Text(name) == "true";

    public double Number(string name, double otherwise)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }
        double factor = text[^1] switch { 'k' => 1e3, 'M' => 1e6, _ => 1 };
        return double.TryParse(factor == 1 ? text : text[..^1], CultureInfo.InvariantCulture, out double number)
            ? number * factor
            : throw new UsageException($"--{name}: '{text}' is not a number.");
    }

    public TimeSpan? Seconds(string name) => Number(name, -1) is >= 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    public Uri? Address(string name) => Text(name) is { } text ? new Uri(text) : null;

    public T Choice<T>(string name, T otherwise)
        where T : struct, Enum => Text(name) is not { } text ? otherwise
            : Enum.TryParse(text, ignoreCase: true, out T value) ? value
            : throw new UsageException($"--{name}: one of {string.Join(", ", Enum.GetNames<T>())}.");

    /// <summary>Called when all options were read.</summary>
    /// <exception cref="UsageException">One was given that nothing reads.</exception>
    public void CheckAllUsed()
    {
        if (values.Keys.FirstOrDefault(name => !used.Contains(name)) is { } unknown)
        {
            throw new UsageException($"--{unknown} is not an option of this verb.");
        }
    }
}

/// <summary>The command line is wrong.</summary>
internal sealed class UsageException(string message) : Exception(message);
