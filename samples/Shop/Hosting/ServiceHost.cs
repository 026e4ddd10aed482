using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using OpenTelemetry.Trace;
using Shop.Faults;
using Shop.Telemetry;

namespace Shop.Hosting;

/// <summary>Runs one service in this process until its supervisor is gone or it is told to end.</summary>
internal static class ServiceHost
{
    private const int FlushMilliseconds = 1500;

    /// <summary>Returns the process's exit code.</summary>
    public static async Task<int> RunAsync(ServiceDefinition definition, int port)
    {
        using var tracing = Tracing.Start(definition.Name, definition.Version);
        using var activities = new ActivitySource($"Shop.{char.ToUpperInvariant(definition.Name[0])}{definition.Name[1..]}", definition.Version);
        using var client = CreateClient();
        var addresses = new AddressBook();
        var switches = new SwitchBoard();
        var context = new ServiceContext(definition.Name, new ServiceCalls(client, addresses), switches, activities, TimeProvider.System);
        var service = definition.Create(context);

        await using var app = await LoopbackServer.StartAsync([port], app =>
        {
            app.Use(next => http => ServerSpans.InvokeAsync(http, next));
            app.UseRouting();
            service.Map(app);
        });

        using var stopping = new CancellationTokenSource();
        var told = new TaskCompletionSource();
        // Ctrl-C reaches the whole group of processes: the supervisor decides what it means.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            told.TrySetResult();
        });

        var pipe = new ServicePipe(
            new StreamReader(Console.OpenStandardInput()), new StreamWriter(Console.OpenStandardOutput()), addresses, switches);
        var piped = Task.Run(() => PipeAsync(pipe, LoopbackServer.Ports(app)[0]));
        var work = service.RunAsync(stopping.Token);
        await Task.WhenAny(piped, told.Task, work);

        await stopping.CancelAsync();
        tracing.Shutdown(FlushMilliseconds);
        // Whatever still runs has nobody left to answer to.
        Environment.Exit(work.IsFaulted ? 1 : 0);
        return 0;
    }

    private static async Task PipeAsync(ServicePipe pipe, int port)
    {
        try
        {
            await pipe.RunAsync(port);
        }
        catch (IOException)
        {
            // The other end of a pipe was closed: the same as the end of the input.
        }
    }

    private static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        MaxConnectionsPerServer = 64,
        AutomaticDecompression = DecompressionMethods.None,
    })
    {
        Timeout = TimeSpan.FromSeconds(15),
    };
}
