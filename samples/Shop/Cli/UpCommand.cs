using Microsoft.AspNetCore.Builder;
using Shop.Faults;
using Shop.Hosting;
using Shop.Load;
using Shop.Model;
using Shop.Partners;
using Shop.Supervision;

namespace Shop.Cli;

/// <summary><c>shop up</c>: everything, until it is told to end.</summary>
internal static class UpCommand
{
    public const int DefaultPorts = 7400;
    public const double DefaultRate = 2;

    public static async Task<int> RunAsync(IEnumerable<string> rest)
    {
        var arguments = new Arguments(rest, ["rate", "seed", "ports-from"], ["load", "attached"]);
        int ports = arguments.Has("ports-from") ? arguments.Whole("ports-from", DefaultPorts, 0, 65_000) : UsualPorts();
        double rate = arguments.Rate("rate", DefaultRate);
        int seed = arguments.Whole("seed", Environment.TickCount & int.MaxValue, 0, int.MaxValue);

        using var ending = new Ending(arguments.Has("attached"));
        var switches = new SwitchBoard();
        // Ports, from the first on: control, the twelve services, the partners.
        await using var partners = await PartnerHost.StartAsync(Above(ports, 1 + ServiceCatalog.All.Length), switches, TimeProvider.System);
        await using var supervisor = new Supervisor(Above(ports, 1), partners.Ports, switches);
        await supervisor.StartAsync();

        using var load = arguments.Has("load")
            ? new LoadRunner(new Uri($"http://127.0.0.1:{supervisor.Port("storefront")}"), rate, seed, TimeProvider.System)
            : null;
        ShopStatus Status() => new(
            supervisor.Status(),
            partners.Ports,
            switches.Positions().ToDictionary(position => position.Name, position => position.Value),
            load?.Status);
        await using var control = await ControlEndpoint.StartAsync(ports, Status, supervisor.SetAsync);

        Say(control, Status());
        var loading = load?.RunAsync(ending.Token) ?? Task.CompletedTask;
        await ending.Task;
        await loading;
        return 0;
    }

    // Another shop may run already: only who asks for certain ports insists on them.
    private static int UsualPorts()
    {
        int needed = 1 + ServiceCatalog.All.Length + PartnerHost.Names.Length;
        if (Enumerable.Range(DefaultPorts, needed).All(LoopbackServer.CanListen))
            return DefaultPorts;
        Console.Error.WriteLine($"shop: ports from {DefaultPorts} on are taken; the system chooses others. Use --control with the address below.");
        return 0;
    }

    private static int Above(int ports, int offset) => ports == 0 ? 0 : ports + offset;

    private static void Say(WebApplication control, ShopStatus status)
    {
        Console.WriteLine(StatusCommand.Format(status));
        Console.WriteLine($"shop is up: http://127.0.0.1:{status.Services[0].Port}, control http://127.0.0.1:{LoopbackServer.Ports(control)[0]}");
        Console.Out.Flush();
    }
}
