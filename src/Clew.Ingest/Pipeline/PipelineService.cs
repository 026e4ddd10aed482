using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Clew.Ingest.Pipeline;

/// <summary>Runs the pipeline as long as the server runs: recovery before the listeners open, the last hand-over after they closed.</summary>
/// <remarks>
/// Where the recovery waits for a store that refuses, such as one on a full disk, the listeners open all the same: what is stored can be
/// searched, spans are refused, and the recovery goes on when the store does.
/// </remarks>
internal sealed class PipelineService(SpanPipeline pipeline, ILogger<PipelineService> logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // A start that is given up ends the recovery, too.
        using var givenUp = cancellationToken.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), stopping);
        var recovery = Task.Run(() => pipeline.RecoverAsync(stopping.Token), CancellationToken.None);
        if (await Task.WhenAny(recovery, pipeline.RecoveryWaitsForStore) == recovery)
        {
            await recovery;
        }
        else
        {
            logger.OpensWithoutStore();
        }
        running = Task.Run(() => RunAsync(recovery), CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await running;
        await pipeline.StopAsync();
    }

    public void Dispose() => stopping.Dispose();

    private async Task RunAsync(Task recovery)
    {
        try
        {
            await recovery;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // The server is up and answers queries: it says what is wrong and goes on refusing spans.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            pipeline.NoteFailedRecovery(exception);
            return;
        }
        await pipeline.RunAsync(stopping.Token);
    }
}
