using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Clew.EndToEnd.Hostile;

/// <summary>Bad payloads get the right error each, and the server serves on with bounded memory.</summary>
public sealed class HostilePayloadTests : IAsyncLifetime
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromMinutes(2) };
    private ServerProcess server = null!;

    public async ValueTask InitializeAsync() => server = await ServerProcess.StartAsync(null, null, "--Otlp:MaxPayloadBytes", "8MiB");

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Each_bad_payload_gets_its_error_and_a_good_one_passes_afterwards()
    {
        byte[] good = await TestPayload.Trace("hostile", 1, 10, TestPayload.Epoch).ReadAsByteArrayAsync();
        string deep = string.Concat(Enumerable.Repeat("""{"arrayValue":{"values":[""", 10_000)) + string.Concat(Enumerable.Repeat("]}}", 10_000));
        var cases = new (string Name, byte[] Body, string Type, string? Encoding, HttpStatusCode Expected)[]
        {
            ("malformed JSON", "{\"resourceSpans\":["u8.ToArray(), "application/json", null, HttpStatusCode.BadRequest),
            ("truncated JSON", good[..(good.Length / 2)], "application/json", null, HttpStatusCode.BadRequest),
            ("broken UTF-8", [.. "{\"resourceSpans\":[{\"schemaUrl\":\""u8, 0xFF, 0xFE, .. "\"}]}"u8], "application/json", null, HttpStatusCode.BadRequest),
            ("malformed protobuf", [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], "application/x-protobuf", null, HttpStatusCode.BadRequest),
            ("deep nesting", Encoding.UTF8.GetBytes($$$"""{"resourceSpans":[{"resource":{"attributes":[{"key":"k","value":{{{deep}}}}]}}]}"""), "application/json", null, HttpStatusCode.BadRequest),
            ("oversized", new byte[(8 << 20) + 1], "application/x-protobuf", null, HttpStatusCode.RequestEntityTooLarge),
            ("gzip bomb", Bomb(256 << 20), "application/x-protobuf", "gzip", HttpStatusCode.RequestEntityTooLarge),
            ("truncated gzip", Bomb(1 << 20)[..100], "application/x-protobuf", "gzip", HttpStatusCode.BadRequest),
            ("not gzip at all", good, "application/json", "gzip", HttpStatusCode.BadRequest),
            ("unknown encoding", good, "application/json", "br", HttpStatusCode.UnsupportedMediaType),
            ("unknown type", good, "text/plain", null, HttpStatusCode.UnsupportedMediaType),
        };
        foreach (var (name, body, type, encoding, expected) in cases)
        {
            Assert.True(await PostAsync(body, type, encoding) == expected, name);
        }

        Assert.Equal(HttpStatusCode.OK, await PostAsync(good, "application/json", null));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(Gzip(good), "application/json", "GZIP"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync([], "application/x-protobuf", null));
        using var clew = new ClewClient(server);
        Assert.Equal(10, (await clew.SpansAsync(TestPayload.TraceId(1))).Count);
        long peak = PeakMemory();
        Assert.True(peak < 512L << 20, $"The server took {peak >> 20} MiB.");
    }

    [Fact]
    public async Task Two_hundred_slow_connections_disturb_nobody()
    {
        var slow = new List<TcpClient>();
        try
        {
            var address = new Uri(server.OtlpHttp);
            for (int i = 0; i < 200; i++)
            {
                var client = new TcpClient();
                await client.ConnectAsync(address.Host, address.Port);
                await client.GetStream().WriteAsync("POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{"u8.ToArray());
                slow.Add(client);
            }
            for (int trace = 1; trace <= 20; trace++)
            {
                byte[] good = await TestPayload.Trace("calm", trace, 10, TestPayload.Epoch).ReadAsByteArrayAsync();
                Assert.Equal(HttpStatusCode.OK, await PostAsync(good, "application/json", null));
            }
            using var clew = new ClewClient(server);
            Assert.Equal(20, (await clew.SearchAllAsync("service=calm")).Count);
        }
        finally
        {
            slow.ForEach(client => client.Dispose());
        }
    }

    private async Task<HttpStatusCode> PostAsync(byte[] body, string type, string? encoding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }
        using var response = await http.PostAsync(new Uri(server.OtlpHttp + "/v1/traces"), content);
        return response.StatusCode;
    }

    private long PeakMemory()
    {
        string line = File.ReadLines($"/proc/{server.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) << 10;
    }

    private static byte[] Bomb(int bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            byte[] zeros = new byte[1 << 20];
            for (int written = 0; written < bytes; written += zeros.Length)
            {
                gzip.Write(zeros);
            }
        }
        return target.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }
        return target.ToArray();
    }
}
