using Shop.Load;
using Shop.Supervision;

namespace Shop.Cli;

/// <summary><c>shop load</c>: customers for a shop that runs already.</summary>
internal static class LoadCommand
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(IEnumerable<string> rest)
    {
        var arguments = new Arguments(rest, ["rate", "duration", "seed", "target", "control"], []);
        double rate = arguments.Rate("rate", UpCommand.DefaultRate);
        int seed = arguments.Whole("seed", Environment.TickCount & int.MaxValue, 0, int.MaxValue);
        var target = arguments.Has("target")
            ? arguments.Address("target", ControlCommands.DefaultControl)
            : await StorefrontAsync(arguments);

        using var ending = new Ending(attached: false);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        if (arguments.Duration("duration") is { } duration)
            enough.CancelAfter(duration);
        using var load = new LoadRunner(target, rate, seed, TimeProvider.System);
        Console.WriteLine($"{rate} customers a second to {target} (seed {seed})");
        var running = load.RunAsync(enough.Token);
        while (await Task.WhenAny(running, Task.Delay(ReportEvery)) != running)
            Console.WriteLine(StatusCommand.Format(load.Status));
        await running;
        Console.WriteLine(StatusCommand.Format(load.Status));
        return 0;
    }

    private static async Task<Uri> StorefrontAsync(Arguments arguments)
    {
        using var control = ControlCommands.Connect(arguments);
        var status = await control.StatusAsync();
        return new Uri($"http://127.0.0.1:{Array.Find(status.Services, service => service.Name == "storefront")!.Port}");
    }
}
