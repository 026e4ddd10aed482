using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Clew.EndToEnd.Model;

/// <summary>Everything a trace may hold comes back as it was sent, whichever way it came: from memory, from a segment, after a restart.</summary>
public sealed class RoundTripTests
{
    private static readonly string[] Hurry = ["--Assembly:QuietPeriod", "200ms", "--Assembly:IdlePeriod", "200ms", "--Assembly:FlushInterval", "200ms"];

    [Theory]
    [InlineData("protobuf")]
    [InlineData("json")]
    [InlineData("grpc")]
    public async Task The_whole_model_comes_back_field_by_field(string way)
    {
        const string TraceId = "5B8EFFF798038103D269B633813FC60C";
        string directory = Directory.CreateTempSubdirectory("clew-e2e-").FullName;
        var document = FullDocument.Create(TraceId);
        var expected = FieldLines.BySpan(document);
        await using (var first = await ServerProcess.StartAsync(directory, null, "--Assembly:QuietPeriod", "10m", "--Assembly:IdlePeriod", "10m"))
        {
            await SendAsync(first, way, document);
            await CompareAsync(first, TraceId, expected);
            await first.KillAsync();
            await using var second = await ServerProcess.StartAsync(directory, null, Hurry);
            await CompareAsync(second, TraceId, expected);
            using (var clew = new ClewClient(second))
            {
                await Poll.UntilAsync(async () => (long)(await clew.GetAsync("/status"))["spans"]!["stored"]! == expected.Count, "all spans are stored");
            }
            await CompareAsync(second, TraceId, expected);
            Assert.Equal(0, await second.StopAsync());
            await using var third = await ServerProcess.StartAsync(directory, null, Hurry);
            await CompareAsync(third, TraceId, expected);
        }
    }

    private static async Task CompareAsync(ServerProcess server, string traceId, SortedDictionary<string, List<string>> expected)
    {
        using var http = new HttpClient();
        string answer = await http.GetStringAsync(new Uri($"{server.Web}/api/clew/v1/traces/{traceId}"));
        // Thirty-two maps within one another are four JSON levels each.
        var actual = FieldLines.BySpan(JsonNode.Parse(answer, documentOptions: new JsonDocumentOptions { MaxDepth = 256 })!);
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var (spanId, lines) in expected)
        {
            Assert.Equal(lines, actual[spanId]);
        }
    }

    private static async Task SendAsync(ServerProcess server, string way, JsonObject document)
    {
        byte[] body = way == "json" ? System.Text.Encoding.UTF8.GetBytes(document.ToJsonString()) : ProtobufTranslator.Encode(OtlpSchema.Request, document);
        using var request = way == "grpc"
            ? new HttpRequestMessage(HttpMethod.Post, server.Grpc + "/opentelemetry.proto.collector.trace.v1.TraceService/Export")
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent([0, .. BigEndian(body.Length), .. body]),
            }
            : new HttpRequestMessage(HttpMethod.Post, server.OtlpHttp + "/v1/traces") { Content = new ByteArrayContent(body) };
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue(way switch
        {
            "grpc" => "application/grpc",
            "json" => "application/json",
            _ => "application/x-protobuf",
        });
        using var http = new HttpClient();
        using var response = await http.SendAsync(request);
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        // All accepted: partial_success is unset.
        Assert.Equal(way switch { "grpc" => [0, 0, 0, 0, 0], "json" => "{}"u8.ToArray(), _ => [] }, answer);
        if (way == "grpc")
        {
            Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
        }
    }

    private static byte[] BigEndian(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
