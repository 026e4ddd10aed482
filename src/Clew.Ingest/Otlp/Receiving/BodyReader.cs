using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>Reads a request's body to its end.</summary>
internal static class BodyReader
{
    private const long MaxDrainedBytes = 256L * 1024 * 1024;
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(5);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // one for each request otherwise
    public static async ValueTask<PayloadError> ReadAsync(PipeReader body, PayloadBuffer to, int limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var error = to.Append(read.Buffer, limit);
            body.AdvanceTo(read.Buffer.End);
            if (error != PayloadError.None || read.IsCompleted)
            {
                return error;
            }
        }
    }

    /// <summary>
    /// Lets a refused sender finish before it is answered, for a few seconds. An answer that overtakes its request ends the HTTP/2 stream
    /// with a reset, and several clients then lose the answer or wait for ever. On HTTP/1.1 the server itself sees to this.
    /// </summary>
    public static async ValueTask DrainAsync(HttpContext context)
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            return;
        }
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(DrainPatience);
        var body = context.Request.BodyReader;
        try
        {
            for (long drained = 0; drained < MaxDrainedBytes;)
            {
                var read = await body.ReadAsync(patience.Token);
                drained += read.Buffer.Length;
                body.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // It was given its time.
        }
    }
}
