using Shop.Hosting;
using Shop.Supervision;

namespace Shop.Cli;

/// <summary><c>shop service</c>: one of the twelve, as <c>shop up</c> starts it.</summary>
internal static class ServiceCommand
{
    public static Task<int> RunAsync(IEnumerable<string> rest)
    {
        var arguments = new Arguments(rest, ["port"], []);
        return arguments.Words is [var name] && ServiceCatalog.Find(name) is { } definition
            ? ServiceHost.RunAsync(definition, arguments.Whole("port", 0, 0, 65_535))
            : throw new ShopException($"There is no such service; there are {string.Join(", ", ServiceCatalog.All.Select(known => known.Name))}.");
    }
}
