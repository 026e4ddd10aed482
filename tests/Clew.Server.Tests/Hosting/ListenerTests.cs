using System.Net;
using System.Net.Sockets;
using System.Text;
using Clew.Server.Hosting;
using Clew.Server.Hosting.Listeners;

namespace Clew.Server.Tests.Hosting;

/// <summary>One host with several ports: every endpoint answers on its own port only, HTTP/1.1 and HTTP/2 share one.</summary>
public sealed class ListenerTests : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("clew-listeners-").FullName;
    private ClewServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = ClewServer.Create(
            ["--Storage:Directory", directory, "--Listen:Otlp:Grpc", "127.0.0.1:0", "--Listen:Otlp:Http", "127.0.0.1:0", "--Listen:Web", "127.0.0.1:0", "--Listen:Jaeger", "127.0.0.1:0"],
            demo: false);
        await server.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("Web", "/api/clew/v1/status", HttpStatusCode.OK)]
    [InlineData("Jaeger", "/api/clew/v1/status", HttpStatusCode.NotFound)]
    [InlineData("OtlpHttp", "/api/clew/v1/status", HttpStatusCode.NotFound)]
    [InlineData("Jaeger", "/api/services", HttpStatusCode.OK)]
    [InlineData("Web", "/api/services", HttpStatusCode.NotFound)]
    [InlineData("OtlpHttp", "/", HttpStatusCode.NotFound)]
    public async Task An_api_answers_on_its_own_port_only(string listener, string path, HttpStatusCode expected)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri($"http://{server.Address(Enum.Parse<Listener>(listener))}{path}"));
        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Http_1_and_2_share_a_port(string version)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{server.Address(Listener.OtlpHttp)}/v1/traces")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        using var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Version.Parse(version), response.Version);
    }

    [Fact]
    public async Task A_request_that_arrives_byte_by_byte_is_served()
    {
        var address = IPEndPoint.Parse(server.Address(Listener.OtlpHttp)!);
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(address);
        var stream = client.GetStream();
        foreach (byte b in "PUT /v1/traces HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"u8.ToArray())
        {
            await stream.WriteAsync(new[] { b });
            await stream.FlushAsync();
        }
        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 405", await reader.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_host_name_is_refused_where_browsers_read()
    {
        using var http = new HttpClient();
        foreach (var (listener, expected) in new[] { (Listener.Web, HttpStatusCode.MisdirectedRequest), (Listener.Jaeger, HttpStatusCode.MisdirectedRequest) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{server.Address(listener)}/");
            request.Headers.Host = "evil.example";
            using var response = await http.SendAsync(request);
            Assert.Equal(expected, response.StatusCode);
        }
    }
}
