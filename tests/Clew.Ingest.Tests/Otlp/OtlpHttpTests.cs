using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Clew.Core.Model;
using Clew.Ingest.Intake;
using Clew.Ingest.Otlp;
using Clew.Testing;
using Microsoft.AspNetCore.Http;

namespace Clew.Ingest.Tests.Otlp;

public class OtlpHttpTests
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";

    [Theory]
    [InlineData(Protobuf, null)]
    [InlineData(Protobuf, "gzip")]
    [InlineData("Application/X-Protobuf; foo=bar", "GZIP")]
    [InlineData(Protobuf, "identity")]
    [InlineData(Json, null)]
    [InlineData("application/json; charset=utf-8", "gzip")]
    [InlineData("application/json; charset=\"UTF-8\" ;a=b", null)]
    public async Task SpansArriveWhole(string contentType, string? encoding)
    {
        await using var host = await OtlpHost.StartAsync();
        var expected = new SpanGenerator(1).Batch(300);
        byte[] body = IsJson(contentType) ? new OtlpJsonEncoder(expected, 1).Encode() : OtlpProtobufEncoder.Encode(expected);
        using var response = await Send(host, contentType, body, encoding);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(IsJson(contentType) ? Json : Protobuf, response.Content.Headers.ContentType!.ToString());
        Assert.Equal(IsJson(contentType) ? "{}" : "", await response.Content.ReadAsStringAsync());
        Assert.Equal(SpanText.Sorted(expected), SpanText.Sorted(host.Intake.Batch));
        Assert.Equal(IsJson(contentType) ? PayloadFormat.OtlpTracesJson : PayloadFormat.OtlpTracesProtobuf, host.Intake.Formats.Single());
        Assert.Equal((300L, 0L), (host.Statistics.ReceivedSpans, host.Statistics.RejectedSpans));
    }

    [Fact]
    public async Task EmptyProtobufBodyIsAnEmptyRequest()
    {
        await using var host = await OtlpHost.StartAsync();
        using var response = await Send(host, Protobuf, []);
        Assert.Equal((HttpStatusCode.OK, ""), (response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Empty(host.Intake.Formats);
    }

    [Fact]
    public async Task SomeRejectedIsPartialSuccess()
    {
        await using var host = await OtlpHost.StartAsync();
        using var json = await Send(host, Json, """{"resourceSpans":[{"scopeSpans":[{"spans":[{},{}]}]}]}"""u8.ToArray());
        Assert.Equal(
            """{"partialSuccess":{"rejectedSpans":"2","errorMessage":"Some spans were rejected: trace_id must be 16 bytes, not all zero."}}""",
            await json.Content.ReadAsStringAsync());
        byte[] span = new ProtoWriter().Message(1, rs => rs.Message(2, ss => ss.Bytes(2, []))).ToArray();
        using var protobuf = await Send(host, Protobuf, span);
        Assert.Equal(
            new ProtoWriter().Message(1, p => p.Varint(1, 1).Text(2, OtlpErrors.InvalidTraceId)).ToArray(), await protobuf.Content.ReadAsByteArrayAsync());
        Assert.Equal(3, host.Statistics.RejectedSpans);
    }

    [Theory]
    [InlineData(Protobuf)]
    [InlineData(Json)]
    public async Task MalformedIs400WithAStatusInTheRequestsEncoding(string contentType)
    {
        await using var host = await OtlpHost.StartAsync();
        using var response = await Send(host, contentType, [0x0A, 0x05]);
        Assert.Equal((HttpStatusCode.BadRequest, contentType), (response.StatusCode, response.Content.Headers.ContentType!.ToString()));
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        if (contentType == Protobuf)
        {
            Assert.Equal(new ProtoWriter().Varint(1, 3).Text(2, OtlpErrors.MalformedProtobuf).ToArray(), body);
        }
        else
        {
            Assert.StartsWith("{\"code\":3,\"message\":\"", Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        }
        Assert.Equal(1, host.Statistics.MalformedPayloads);
    }

    [Fact]
    public async Task BrokenUtf8InJsonIs400()
    {
        await using var host = await OtlpHost.StartAsync();
        using var response = await Send(host, Json, [.. "{\"resourceSpans\":[],\"x\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/json; charset=utf-16", null)]
    [InlineData("application/json; charset=utf-80", null)]
    [InlineData("application/json; charset=\"utf-8x\"; a=b", null)]
    [InlineData(Protobuf, "br")]
    [InlineData(Protobuf, "gzip, gzip")]
    public async Task UnknownTypesAndEncodingsAre415(string contentType, string? encoding)
    {
        await using var host = await OtlpHost.StartAsync();
        using var response = await Send(host, contentType, [], encoding);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.NotEmpty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task OtherMethodsAre405()
    {
        await using var host = await OtlpHost.StartAsync();
        using var response = await host.Client.GetAsync(new Uri("/v1/traces", UriKind.Relative));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST", "OPTIONS"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task TruncatedGzipIs400()
    {
        await using var host = await OtlpHost.StartAsync();
        byte[] gzip = Compress(OtlpProtobufEncoder.Encode(new SpanGenerator(1).Batch(20)));
        foreach (int length in new[] { 1, 5, 17, 18, gzip.Length / 2, gzip.Length - 9, gzip.Length - 8, gzip.Length - 1 })
        {
            using var content = Content(Protobuf, gzip[..length]);
            content.Headers.ContentEncoding.Add("gzip");
            using var response = await host.Client.PostAsync(new Uri("/v1/traces", UriKind.Relative), content);
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{length} of {gzip.Length}: {response.StatusCode}");
        }
        Assert.Empty(host.Intake.Formats);
    }

    [Fact]
    public async Task AGzipBombIsCutOffAtTheBound()
    {
        await using var host = await OtlpHost.StartAsync();
        byte[] bomb = Compress(new byte[300 * 1024 * 1024]);
        Assert.True(bomb.Length < 4 * 1024 * 1024);
        using var content = Content(Protobuf, bomb);
        content.Headers.ContentEncoding.Add("gzip");
        using var response = await host.Client.PostAsync(new Uri("/v1/traces", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ABodyOver64MiBIs413(bool chunked)
    {
        await using var host = await OtlpHost.StartAsync();
        using var content = Content(Protobuf, new byte[100_000_000]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/traces") { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal(1, host.Statistics.OversizedPayloads);
        using var next = await Send(host, Protobuf, []);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Theory]
    [InlineData(IntakeOutcome.Overloaded, HttpStatusCode.TooManyRequests)]
    [InlineData(IntakeOutcome.Unavailable, HttpStatusCode.ServiceUnavailable)]
    public async Task RefusedByTheIntakeIsRetryable(IntakeOutcome outcome, HttpStatusCode status)
    {
        await using var host = await OtlpHost.StartAsync(new OtlpOptions { RetryAfter = TimeSpan.FromSeconds(7) });
        host.Intake.Outcome = outcome;
        using var response = await Send(host, Protobuf, OtlpProtobufEncoder.Encode(new SpanGenerator(1).Batch(1)));
        Assert.Equal((status, TimeSpan.FromSeconds(7)), (response.StatusCode, response.Headers.RetryAfter!.Delta));
        Assert.Equal((0L, 1L), (host.Statistics.ReceivedSpans, host.Statistics.RefusedRequests));
    }

    [Fact]
    public async Task OverTheCapIsTooManyRequestsWithADelayAndTheBodyIsNotRead()
    {
        var clock = new ManualTimeProvider();
        await using var host = await OtlpHost.StartAsync(limits: new IntakeOptions { SpansPerSecond = 10 }, clock: clock);
        byte[] body = OtlpProtobufEncoder.Encode(new SpanGenerator(1).Batch(55));
        using var first = await Send(host, Protobuf, body);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        // What is no payload at all would be answered 400, were it looked at.
        using var second = await Send(host, Protobuf, [0xFF, 0xFF]);
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(5)), (second.StatusCode, second.Headers.RetryAfter!.Delta));
        Assert.Equal((55L, 1L), (host.Statistics.ReceivedSpans, host.Statistics.RefusedRequests));
        Assert.True(host.Refusals.IsRefusing);
        clock.Advance(TimeSpan.FromSeconds(5));
        using var third = await Send(host, Protobuf, body);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    public async Task WhatTheIntakeDidNotKeepIsGivenBackToTheCap()
    {
        await using var host = await OtlpHost.StartAsync(limits: new IntakeOptions { SpansPerSecond = 10 }, clock: new ManualTimeProvider());
        byte[] body = OtlpProtobufEncoder.Encode(new SpanGenerator(1).Batch(55));
        host.Intake.Outcome = IntakeOutcome.Unavailable;
        using var first = await Send(host, Protobuf, body);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, first.StatusCode);
        host.Intake.Outcome = IntakeOutcome.Accepted;
        using var second = await Send(host, Protobuf, body);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    [Fact]
    public async Task ProbesAreNeitherCountedNorCapped()
    {
        await using var host = await OtlpHost.StartAsync(
            limits: new IntakeOptions { SpansPerSecond = 10 }, clock: new ManualTimeProvider(), tenants: new EverythingIsAProbe());
        byte[] body = OtlpProtobufEncoder.Encode(new SpanGenerator(1).Batch(55));
        for (int i = 0; i < 3; i++)
        {
            using var response = await Send(host, Protobuf, body);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        Assert.Equal((0L, 0L, 0L), (host.Statistics.Requests, host.Statistics.ReceivedSpans, host.Statistics.RefusedRequests));
        Assert.Equal(["_probe", "_probe", "_probe"], host.Intake.Tenants);
    }

    [Fact]
    public async Task WithNoPlaceFreeARequestIsRefusedAtOnce()
    {
        await using var host = await OtlpHost.StartAsync(new OtlpOptions { MaxConcurrentRequests = 1 });
        host.Intake.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        byte[] body = OtlpProtobufEncoder.Encode(new SpanGenerator(1).Batch(1));
        var first = Send(host, Protobuf, body);
        await host.Intake.Entered.Task;
        using var second = await Send(host, Protobuf, body);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.NotNull(second.Headers.RetryAfter);
        host.Intake.Hold.SetResult();
        using var response = await first;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var third = await Send(host, Protobuf, body);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    public async Task TwoHundredSlowSendersDisturbNobody()
    {
        // With the rate bound off they stay for as long as the test takes.
        await using var host = await OtlpHost.StartAsync(new OtlpOptions { MaxConcurrentRequests = 4, MinBodyBytesPerSecond = 0 });
        var slow = new List<TcpClient>();
        try
        {
            for (int i = 0; i < 200; i++)
            {
                var client = new TcpClient();
                slow.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, host.Http.Port);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                    $"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: {Protobuf}\r\nContent-Length: 60000000\r\n\r\n"));
            }
            foreach (var client in slow)
            {
                await client.GetStream().WriteAsync(new byte[] { 0x0A });
            }
            byte[] body = LoadPayload.Create(100);
            for (int i = 0; i < 20; i++)
            {
                using var response = await Send(host, Protobuf, body);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                await slow[i].GetStream().WriteAsync(new byte[] { 0x01 });
            }
            Assert.Equal((2000L, 0L), (host.Statistics.ReceivedSpans, host.Statistics.RefusedRequests));
        }
        finally
        {
            slow.ForEach(c => c.Dispose());
        }
    }

    [Fact]
    public async Task ASenderThatGoesAwayLeavesNothingBehind()
    {
        await using var host = await OtlpHost.StartAsync(new OtlpOptions { MaxConcurrentRequests = 1 });
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, host.Http.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: {Protobuf}\r\nContent-Length: 1000\r\n\r\nabc"));
        }
        using var response = await Send(host, Protobuf, LoadPayload.Create(1));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(host.Intake.Formats);
    }

    [Theory]
    [InlineData("/v1/logs", "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{},{\"body\":{}}]}]}]}", "rejectedLogRecords\":\"2")]
    [InlineData("/v1/metrics", "{\"resource_metrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"a\",\"gauge\":{\"dataPoints\":[{},{}]}},{\"exponentialHistogram\":{\"dataPoints\":[{}]}}]}]}]}", "rejectedDataPoints\":\"3")]
    [InlineData("/v1development/profiles", "{\"resourceProfiles\":[{\"scopeProfiles\":[{\"profiles\":[{}]}]}]}", "rejectedProfiles\":\"1")]
    public async Task OtherSignalsAreRejectedPolitely(string path, string json, string expected)
    {
        await using var host = await OtlpHost.StartAsync();
        using var response = await Send(host, Json, Encoding.UTF8.GetBytes(json), path: path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(expected, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var empty = await Send(host, Protobuf, [], path: path);
        Assert.Equal((HttpStatusCode.OK, ""), (empty.StatusCode, await empty.Content.ReadAsStringAsync()));
        using var malformed = await Send(host, Protobuf, [0x0A], path: path);
        Assert.Equal(HttpStatusCode.BadRequest, malformed.StatusCode);
        Assert.Empty(host.Intake.Formats);
    }

    [Fact]
    public async Task DataPointsOfProtobufAreCounted()
    {
        await using var host = await OtlpHost.StartAsync();
        byte[] body = new ProtoWriter().Message(1, rm => rm.Message(2, sm => sm
            .Message(2, m => m.Text(1, "a").Message(5, g => g.Bytes(1, []).Bytes(1, [])))
            .Message(2, m => m.Message(7, g => g.Varint(2, 1).Bytes(1, [])).Message(11, g => g.Bytes(1, []))))).ToArray();
        using var response = await Send(host, Protobuf, body, path: "/v1/metrics");
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal([0x08, 0x04], answer[2..4]);
        Assert.Equal(4, host.Statistics.RejectedOtherRecords);
    }

    [Theory]
    [InlineData("http://localhost:3000", true)]
    [InlineData("https://127.0.0.1", true)]
    [InlineData("http://[::1]:5173", true)]
    [InlineData("https://evil.example", false)]
    [InlineData("null", false)]
    [InlineData("https://shop.example", true)]
    public async Task OriginsAreAllowedOnTheseEndpoints(string origin, bool allowed)
    {
        await using var host = await OtlpHost.StartAsync(new OtlpOptions { CorsOrigins = ["loopback", "https://shop.example"] });
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/traces");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "content-type,x-key");
        using var answer = await host.Client.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(allowed ? origin : null, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
        Assert.Equal(allowed, answer.Headers.TryGetValues("Access-Control-Allow-Headers", out _));

        using var post = new HttpRequestMessage(HttpMethod.Post, "/v1/traces") { Content = Content(Json, "{"u8.ToArray()) };
        post.Headers.Add("Origin", origin);
        using var error = await host.Client.SendAsync(post);
        Assert.Equal(HttpStatusCode.BadRequest, error.StatusCode);
        Assert.Equal(allowed, error.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static bool IsJson(string contentType) => contentType.StartsWith(Json, StringComparison.Ordinal);

    private static async Task<HttpResponseMessage> Send(OtlpHost host, string contentType, byte[] body, string? encoding = null, string path = "/v1/traces")
    {
        bool gzip = string.Equals(encoding, "gzip", StringComparison.OrdinalIgnoreCase);
        using var content = Content(contentType, gzip ? Compress(body) : body);
        if (encoding is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        }
        return await host.Client.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    private static ByteArrayContent Content(string contentType, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return content;
    }

    internal static byte[] Compress(byte[] body)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }
        return stream.ToArray();
    }

    private sealed class EverythingIsAProbe : IIntakeTenantResolver
    {
        public Tenant Resolve(HttpContext context) => Tenant.Probe;
    }
}
