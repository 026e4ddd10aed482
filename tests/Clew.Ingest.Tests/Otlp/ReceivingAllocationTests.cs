using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Clew.Core.Columns;
using Clew.Ingest.Intake;
using Clew.Testing;

namespace Clew.Ingest.Tests.Otlp;

/// <summary>What the whole process allocates for one payload of 500 spans between the socket and the intake, once everything has its size.</summary>
[Collection(nameof(AloneCollection))]
public class ReceivingAllocationTests(ITestOutputHelper output)
{
    private const int Spans = 500;

    [Theory]
    [InlineData(false, false, 2_000)]
    [InlineData(false, true, 2_600)]
    [InlineData(true, false, 2_700)]
    [InlineData(true, true, 3_300)]
    public async Task APayloadStaysWithinItsBudget(bool isJson, bool isGzip, long budget)
    {
        await using var host = await OtlpHost.StartAsync(intake: new AcceptingIntake());
        byte[] body = LoadPayload.Create(Spans);
        if (isJson)
        {
            var batch = new SpanBatch();
            Assert.True(new Clew.Ingest.Otlp.Protobuf.OtlpProtobufReader(new Clew.Ingest.Otlp.OtlpOptions()).Read(body, batch).IsValid);
            body = new OtlpJsonEncoder(batch, 1).Encode();
        }
        body = isGzip ? OtlpHttpTests.Compress(body) : body;
        byte[] head = Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: {(isJson ? "application/json" : "application/x-protobuf")}\r\n{(isGzip ? "Content-Encoding: gzip\r\n" : "")}Content-Length: {body.Length}\r\n\r\n"));
        byte[] request = [.. head, .. body];
        byte[] answer = new byte[4096];
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, host.Http.Port));
        Measure(() => Exchange(socket, request, answer), budget);
    }

    [Fact]
    public async Task AGrpcCallStaysWithinItsBudget()
    {
        await using var host = await OtlpHost.StartAsync(intake: new AcceptingIntake());
        using var client = new BareGrpcClient(new IPEndPoint(IPAddress.Loopback, host.Grpc.Port), LoadPayload.Create(Spans));
        Measure(() => Assert.True(client.Export()), 1_800);
    }

    // The least of several: what the runtime allocates for itself, such as for a method compiled anew, does not recur.
    private void Measure(Action send, long budget)
    {
        long least = long.MaxValue;
        for (int run = 0; run < 8; run++)
        {
            const int payloads = 60;
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < payloads; i++)
            {
                send();
            }
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / payloads);
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{least} B a payload, {(double)least / Spans:F1} B a span"));
        Assert.InRange(least, 0, budget);
    }

    // Blocking calls: they allocate nothing.
    private static void Exchange(Socket socket, byte[] request, byte[] answer)
    {
        for (int sent = 0; sent < request.Length;)
        {
            sent += socket.Send(request.AsSpan(sent));
        }
        int received = socket.Receive(answer);
        Assert.True(answer.AsSpan(0, received).StartsWith("HTTP/1.1 200"u8));
    }

    private sealed class AcceptingIntake : ISpanIntake
    {
        public ValueTask<IntakeOutcome> AcceptAsync(IngestPayload payload, SpanBatch spans, CancellationToken cancellationToken) =>
            new(IntakeOutcome.Accepted);
    }
}

/// <summary>Its tests run while no others do.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
