using System.IO.Pipelines;

namespace Clew.Ingest.Otlp.Receiving;

/// <summary>Reads a request's body to its end.</summary>
internal static class BodyReader
{
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
}
