using Clew.Server.Hosting.Configuration;
using Clew.Server.Hosting.Listeners;

namespace Clew.Server.SelfMonitoring.Probing;

/// <summary>Runs the prober from when the ports are open until the server is asked to end.</summary>
internal sealed partial class ProberService(
    ListenerSetup listeners, ListenConfig config, ProbeSecret secret, Freshness freshness, ProbeOptions options, TimeProvider clock,
    IHostApplicationLifetime lifetime, ILogger<ProberService> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Interval == TimeSpan.Zero)
        {
            return;
        }
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        try
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task.WaitAsync(ending.Token);
            using var target = HttpProbeTarget.Create(listeners, config, secret, clock);
            if (target is null)
            {
                LogNoTarget(logger);
                return;
            }
            await new Prober(target, freshness, options, clock).RunAsync(ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The server ends.
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Freshness is not measured: probes need Listen:Otlp:Http and Listen:Web")]
    private static partial void LogNoTarget(ILogger logger);
}
