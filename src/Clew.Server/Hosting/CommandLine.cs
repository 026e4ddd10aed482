namespace Clew.Server.Hosting;

/// <summary>What the command line asks for. Everything that is not a switch of Clew's own is configuration.</summary>
internal sealed record CommandLine(bool Help, bool Version, bool Demo, string[] ConfigurationArguments)
{
    public static CommandLine Parse(IEnumerable<string> args)
    {
        bool help = false;
        bool version = false;
        bool demo = false;
        var rest = new List<string>();
        foreach (string arg in args)
        {
            switch (arg)
            {
                case "--help" or "-h" or "-?":
                    help = true;
                    break;
                case "--version":
                    version = true;
                    break;
                case "--demo":
                    demo = true;
                    break;
                default:
                    rest.Add(arg);
                    break;
            }
        }
        return new CommandLine(help, version, demo, [.. rest]);
    }

    /// <summary>
    /// Words that the configuration would skip in silence, such as a misspelt switch; null where there are none.
    /// </summary>
    public string? FirstUnknownArgument()
    {
        for (int i = 0; i < ConfigurationArguments.Length; i++)
        {
            string arg = ConfigurationArguments[i];
            if (!arg.StartsWith("--", StringComparison.Ordinal))
            {
                return arg;
            }
            if (!arg.Contains('=', StringComparison.Ordinal))
            {
                if (i + 1 == ConfigurationArguments.Length || ConfigurationArguments[i + 1].StartsWith("--", StringComparison.Ordinal))
                {
                    return arg;
                }
                i++;
            }
        }
        return null;
    }
}
