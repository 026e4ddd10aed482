using Microsoft.Extensions.Hosting;

namespace Clew.Ingest.Pipeline;

/// <summary>Runs the pipeline as long as the server runs: recovery before the listeners open, the last hand-over after they closed.</summary>
internal sealed class PipelineService(SpanPipeline pipeline) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await pipeline.RecoverAsync(cancellationToken);
        running = Task.Run(() => pipeline.RunAsync(stopping.Token), CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await running;
        await pipeline.StopAsync();
    }

    public void Dispose() => stopping.Dispose();
}
