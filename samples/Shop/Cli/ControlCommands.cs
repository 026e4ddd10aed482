using Shop.Faults;
using Shop.Supervision;

namespace Shop.Cli;

/// <summary><c>shop fault</c> and <c>shop fix</c>: switches of a shop that runs already.</summary>
internal static class ControlCommands
{
    public static readonly Uri DefaultControl = new($"http://127.0.0.1:{UpCommand.DefaultPorts}");

    public static ControlClient Connect(Arguments arguments) => new(arguments.Address("control", DefaultControl));

    public static Task<int> FaultAsync(IEnumerable<string> rest)
        => SetAsync(new Arguments(rest, ["control"], []), definition => definition.Broken, "broken");

    public static Task<int> FixAsync(IEnumerable<string> rest)
        => SetAsync(new Arguments(rest, ["control"], ["all"]), definition => definition.Mended, "mended");

    private static async Task<int> SetAsync(Arguments arguments, Func<SwitchDefinition, string> bare, string participle)
    {
        IEnumerable<string> wanted = arguments.Has("all") ? SwitchCatalog.All.Select(definition => definition.Name) : arguments.Words;
        var assignments = new List<SwitchAssignment>();
        foreach (string text in wanted)
        {
            if (!SwitchCatalog.TryParse(text, bare, out var assignment, out string? error))
                throw new ShopException($"Nothing was {participle}: {error}.");
            assignments.Add(assignment);
        }

        if (assignments.Count == 0)
            throw new ShopException($"What is to be {participle}? One of {string.Join(", ", SwitchCatalog.All.Select(known => known.Name))}.");
        using var control = Connect(arguments);
        foreach (var assignment in assignments)
        {
            await control.SetAsync(assignment);
            Console.WriteLine(assignment);
        }

        return 0;
    }
}
