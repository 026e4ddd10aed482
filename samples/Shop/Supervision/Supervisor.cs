using Shop.Faults;
using Shop.Hosting;
using Shop.Model;

namespace Shop.Supervision;

/// <summary>
/// Starts the twelve, tells each where the others are, and starts again what ends by itself, up to
/// <see cref="MostRestarts"/> times a service. Ends all of them when disposed.
/// </summary>
internal sealed class Supervisor(int firstPort, IReadOnlyDictionary<string, int> partners, SwitchBoard switches) : IAsyncDisposable
{
    private const int MostRestarts = 5;
    private static readonly TimeSpan BeforeRestart = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly Slot[] slots = [.. ServiceCatalog.All.Select((service, at) => new Slot(service, firstPort == 0 ? 0 : firstPort + at))];
    private readonly CancellationTokenSource stopping = new();

    private sealed class Slot(ServiceDefinition service, int port)
    {
        public ServiceDefinition Service => service;

        public int Port { get; set; } = port;

        public ChildProcess? Child { get; set; }

        public int Restarts { get; set; }
    }

    public async Task StartAsync()
    {
        foreach (var slot in slots)
            slot.Child = ChildProcess.Start(slot.Service.Name, slot.Port);
        foreach (var slot in slots)
            slot.Port = await ListeningAsync(slot.Child!);
        await Task.WhenAll(slots.Select(slot => IntroduceAsync(slot.Child!)));
        foreach (var slot in slots)
            _ = Task.Run(() => KeepAsync(slot));
    }

    public int Port(string service) => Array.Find(slots, slot => slot.Service.Name == service)!.Port;

    /// <summary>Sets a switch in this process and in all others; when it returns it is in force.</summary>
    public async Task SetAsync(SwitchAssignment assignment)
    {
        switches.Set(assignment);
        await Task.WhenAll(slots.Select(slot => slot.Child!.SetAsync(assignment)));
    }

    public ServiceStatus[] Status() =>
    [
        .. slots.Select(slot => new ServiceStatus(
            slot.Service.Name, slot.Service.Version, slot.Port, slot.Child!.Id, !slot.Child.Exited.IsCompleted, slot.Restarts)),
    ];

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(slots.Select(slot => slot.Child?.StopAsync(Patience) ?? Task.CompletedTask));
        foreach (var slot in slots)
            slot.Child?.Dispose();
        stopping.Dispose();
    }

    private static async Task<int> ListeningAsync(ChildProcess child)
    {
        try
        {
            return await child.Listening.WaitAsync(LongestStart, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new ShopException($"The service {child.Name} did not listen within {LongestStart.TotalSeconds} s.");
        }
    }

    private async Task IntroduceAsync(ChildProcess child)
    {
        foreach (var assignment in switches.Positions())
            await child.SetAsync(assignment);
        await child.IntroduceAsync(slots.ToDictionary(slot => slot.Service.Name, slot => slot.Port)
            .Concat(partners)
            .ToDictionary());
    }

    private async Task KeepAsync(Slot slot)
    {
        while (true)
        {
            await slot.Child!.Exited;
            try
            {
                await Task.Delay(BeforeRestart, TimeProvider.System, stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }

            if (slot.Restarts == MostRestarts)
            {
                await Console.Error.WriteLineAsync($"shop: {slot.Service.Name} keeps ending and is left alone now.");
                return;
            }

            await RestartAsync(slot);
        }
    }

    private async Task RestartAsync(Slot slot)
    {
        slot.Restarts++;
        await Console.Error.WriteLineAsync($"shop: {slot.Service.Name} has ended and is started again.");
        var old = slot.Child!;
        slot.Child = ChildProcess.Start(slot.Service.Name, slot.Port);
        old.Dispose();
        try
        {
            await ListeningAsync(slot.Child);
            await IntroduceAsync(slot.Child);
        }
        catch (ShopException)
        {
            // It ended again, which the next round sees.
        }
    }
}
