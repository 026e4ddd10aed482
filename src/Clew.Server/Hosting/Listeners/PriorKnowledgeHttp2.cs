using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Clew.Server.Hosting.Listeners;

/// <summary>
/// HTTP/1.1 and HTTP/2 in clear text on one port. Without TLS there is no negotiation, so the first bytes decide: a client with
/// prior knowledge of HTTP/2 opens with a preface that no HTTP/1.1 request begins with.
/// </summary>
/// <remarks>
/// Kestrel picks the protocol by what the TLS handshake agreed on. A connection that opens with the preface is given that answer.
/// </remarks>
internal static class PriorKnowledgeHttp2
{
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>The connection middleware. A connection that stays undecided for that long is left to the server's own timeouts.</summary>
    public static Func<ConnectionDelegate, ConnectionDelegate> Within(TimeSpan patience, TimeProvider time) => next => async connection =>
    {
        using var late = new CancellationTokenSource(patience, time);
        var ending = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, ending, late.Token);
        if (await StartsWithPrefaceAsync(connection.Transport.Input, giveUp.Token))
        {
            connection.Features.Set<ITlsApplicationProtocolFeature>(new AgreedOnHttp2());
            connection.Features.Set<ITlsConnectionFeature>(new NoCertificate());
        }
        await next(connection);
    };

    private static async Task<bool> StartsWithPrefaceAsync(PipeReader input, CancellationToken giveUp)
    {
        long examined = 0;
        while (true)
        {
            ReadResult result;
            try
            {
                result = await input.ReadAsync(giveUp);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionResetException)
            {
                return false;
            }
            var buffer = result.Buffer;
            int match = MatchedBytes(buffer);
            bool undecided = match == buffer.Length && match < Preface.Length;
            if (undecided && !result.IsCompleted)
            {
                examined = buffer.Length;
                input.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }
            // Not beyond what was examined before, or the server would wait for bytes that it was already given.
            input.AdvanceTo(buffer.Start, buffer.GetPosition(examined));
            return match == Preface.Length;
        }
    }

    private static int MatchedBytes(ReadOnlySequence<byte> buffer)
    {
        int match = 0;
        foreach (var segment in buffer)
        {
            foreach (byte b in segment.Span)
            {
                if (match == Preface.Length || b != Preface[match])
                {
                    return match;
                }
                match++;
            }
        }
        return match;
    }

    private sealed class AgreedOnHttp2 : ITlsApplicationProtocolFeature
    {
        public ReadOnlyMemory<byte> ApplicationProtocol { get; } = "h2"u8.ToArray();
    }

    private sealed class NoCertificate : ITlsConnectionFeature
    {
        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<X509Certificate2?>(null);
    }
}
