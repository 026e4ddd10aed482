using System.Net;
using System.Net.Http.Headers;
using Clew.Ingest.Otlp;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>On HTTP/2 an answer that overtakes its request comes with a reset of the stream, which makes several clients lose the answer.</summary>
public class OtlpOvertakenSenderTests
{
    private const int Megabyte = 1024 * 1024;

    [Theory]
    [InlineData("opentelemetry.proto.collector.trace.v1.TraceService/Export", "identity", 8)]
    [InlineData("opentelemetry.proto.collector.trace.v1.TraceService/Export", "snappy", 12)]
    [InlineData("other.Service/Export", "identity", 12)]
    public async Task ARefusedSenderFinishesBeforeItIsAnswered(string path, string encoding, int status)
    {
        await using var host = await OtlpHost.StartAsync(new OtlpOptions { MaxPayloadBytes = Megabyte });
        using var content = new LongMessage();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + path)
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add("grpc-encoding", encoding);
        using var response = await host.GrpcClient.SendAsync(request);
        Assert.Equal(status.ToString(System.Globalization.CultureInfo.InvariantCulture), response.Headers.GetValues("grpc-status").Single());
        Assert.True(content.IsSent);
    }

    /// <summary>A frame of eight mebibytes, more than the stream's window.</summary>
    private sealed class LongMessage : HttpContent
    {
        public LongMessage() => Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        public bool IsSent { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[] { 0, 0, 0x80, 0, 0 });
            for (int i = 0; i < 8; i++)
            {
                await stream.WriteAsync(new byte[Megabyte]);
            }
            IsSent = true;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = (8 * Megabyte) + 5;
            return true;
        }
    }
}
