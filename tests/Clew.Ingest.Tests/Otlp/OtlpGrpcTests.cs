using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Clew.Ingest.Intake;
using Clew.Ingest.Otlp;
using Clew.Testing;

namespace Clew.Ingest.Tests.Otlp;

public class OtlpGrpcTests
{
    private const string Traces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    [InlineData("identity")]
    public async Task SpansArriveWhole(string? encoding)
    {
        await using var host = await OtlpHost.StartAsync();
        var expected = new SpanGenerator(3).Batch(300);
        byte[] message = OtlpProtobufEncoder.Encode(expected);
        var answer = await Call(host, Traces, encoding == "gzip" ? Frame(1, OtlpHttpTests.Compress(message)) : Frame(0, message), encoding);
        Assert.Equal(0, answer.Status);
        Assert.Equal([0, 0, 0, 0, 0], answer.Body);
        Assert.Equal(SpanText.Sorted(expected), SpanText.Sorted(host.Intake.Batch));
    }

    [Fact]
    public async Task SomeRejectedIsPartialSuccess()
    {
        await using var host = await OtlpHost.StartAsync();
        var answer = await Call(host, Traces, Frame(0, new ProtoWriter().Message(1, rs => rs.Message(2, ss => ss.Bytes(2, []))).ToArray()));
        byte[] expected = new ProtoWriter().Message(1, p => p.Varint(1, 1).Text(2, OtlpErrors.InvalidTraceId)).ToArray();
        Assert.Equal(0, answer.Status);
        Assert.Equal(Frame(0, expected), answer.Body);
    }

    [Theory]
    [InlineData("00-00000002-0A05", null, 3)] // a malformed message
    [InlineData("", null, 3)] // no frame
    [InlineData("00-00000005-0A", null, 3)] // a frame cut off
    [InlineData("00-00000000-00-00000000", null, 3)] // two frames
    [InlineData("02-00000000", null, 3)] // an unknown flag
    [InlineData("00-04000001", null, 8)] // announced too long
    [InlineData("01-00000000", null, 13)] // compressed, but how
    [InlineData("01-00000002-0A05", "gzip", 3)] // no gzip
    [InlineData("00-00000000", "zstd", 12)]
    public async Task ErrorsHaveTheirCodes(string hex, string? encoding, int status)
    {
        await using var host = await OtlpHost.StartAsync();
        var answer = await Call(host, Traces, Convert.FromHexString(hex.Replace("-", "", StringComparison.Ordinal)), encoding);
        Assert.Equal(status, answer.Status);
        Assert.NotEmpty(answer.Message);
        Assert.Null(answer.Details);
    }

    [Fact]
    public async Task AnEmptyMessageIsAnEmptyRequest()
    {
        await using var host = await OtlpHost.StartAsync();
        Assert.Equal(0, (await Call(host, Traces, Frame(0, []))).Status);
    }

    [Theory]
    [InlineData(IntakeOutcome.Overloaded)]
    [InlineData(IntakeOutcome.Unavailable)]
    public async Task RefusedByTheIntakeIsUnavailableWithRetryInfo(IntakeOutcome outcome)
    {
        await using var host = await OtlpHost.StartAsync(new OtlpOptions { RetryAfter = TimeSpan.FromSeconds(7) });
        host.Intake.Outcome = outcome;
        var answer = await Call(host, Traces, Frame(0, OtlpProtobufEncoder.Encode(new SpanGenerator(1).Batch(1))));
        Assert.Equal(14, answer.Status);
        string details = Encoding.UTF8.GetString(answer.Details!);
        Assert.Contains("type.googleapis.com/google.rpc.RetryInfo", details, StringComparison.Ordinal);
        Assert.EndsWith("\u0012\u0004\u000a\u0002\u0008\u0007", details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OverTheCapIsResourceExhaustedWithRetryInfo()
    {
        var clock = new ManualTimeProvider();
        await using var host = await OtlpHost.StartAsync(limits: new IntakeOptions { SpansPerSecond = 10 }, clock: clock);
        byte[] frame = Frame(0, OtlpProtobufEncoder.Encode(new SpanGenerator(1).Batch(55)));
        Assert.Equal(0, (await Call(host, Traces, frame)).Status);
        var answer = await Call(host, Traces, frame);
        Assert.Equal(8, answer.Status);
        // 45 spans too many take five seconds to work off.
        string details = Encoding.UTF8.GetString(answer.Details!);
        Assert.Contains("type.googleapis.com/google.rpc.RetryInfo", details, StringComparison.Ordinal);
        Assert.EndsWith("\u0012\u0004\u000a\u0002\u0008\u0005", details, StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, (await Call(host, Traces, frame)).Status);
    }

    [Fact]
    public async Task AGzipBombIsResourceExhaustedWithoutRetryInfo()
    {
        await using var host = await OtlpHost.StartAsync(new OtlpOptions { MaxPayloadBytes = 1024 * 1024 });
        var answer = await Call(host, Traces, Frame(1, OtlpHttpTests.Compress(new byte[50 * 1024 * 1024])), "gzip");
        Assert.Equal((8, null), (answer.Status, answer.Details));
    }

    [Theory]
    [InlineData("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", 4)]
    [InlineData("/opentelemetry.proto.collector.logs.v1.LogsService/Export", 2)]
    [InlineData("/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export", 2)]
    public async Task OtherSignalsAreRejectedPolitely(string path, int records)
    {
        await using var host = await OtlpHost.StartAsync();
        // Two children of the second level; read as metrics they hold two data points each.
        byte[] child = new ProtoWriter().Message(5, g => g.Bytes(1, []).Bytes(1, [])).ToArray();
        var answer = await Call(host, path, Frame(0, new ProtoWriter().Message(1, r => r.Message(2, s => s.Bytes(2, child).Bytes(2, child))).ToArray()));
        Assert.Equal((0, (byte)records), (answer.Status, answer.Body[8]));
    }

    [Theory]
    [InlineData("/opentelemetry.proto.collector.trace.v1.TraceService/Nothing")]
    [InlineData("/other.Service/Export")]
    public async Task UnknownMethodsAreUnimplemented(string path)
    {
        await using var host = await OtlpHost.StartAsync();
        Assert.Equal(12, (await Call(host, path, Frame(0, []))).Status);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    public async Task OtherContentTypesAre415(string contentType)
    {
        await using var host = await OtlpHost.StartAsync();
        using var content = new ByteArrayContent(Frame(0, []));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var response = await host.GrpcClient.PostAsync(new Uri(Traces, UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public void MessagesArePercentEncoded() =>
        Assert.Equal("100%25 na%C3%AFve%0A", Clew.Ingest.Otlp.Grpc.GrpcMessageText.Encode("100% naïve\n"));

    private static async Task<(int Status, string Message, byte[]? Details, byte[] Body)> Call(OtlpHost host, string path, byte[] body, string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TE.ParseAdd("trailers");
        if (encoding is not null)
        {
            request.Headers.Add("grpc-encoding", encoding);
        }
        using var response = await host.GrpcClient.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/grpc", response.Content.Headers.ContentType!.ToString());
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        string? Find(string name) =>
            response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.Single() : null;
        string? details = Find("grpc-status-details-bin");
        return (
            int.Parse(Find("grpc-status")!, System.Globalization.CultureInfo.InvariantCulture), Find("grpc-message") ?? "",
            details is null ? null : Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')), answer);
    }

    private static byte[] Frame(byte compressed, byte[] message) =>
        [compressed, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message];
}
