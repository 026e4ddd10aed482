using System.Net;
using System.Text;
using System.Text.Json;
using Clew.Server.Hosting;
using Clew.Server.Hosting.Listeners;

namespace Clew.Server.Tests.Hosting;

/// <summary>A server with everything in it, on ports that the system chose and a directory of its own, for one test at a time.</summary>
/// <param name="arguments">Configuration beyond directory and ports.</param>
public abstract class WholeServer(params string[] arguments) : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("clew-whole-").FullName;
    private ClewServer server = null!;

    protected HttpClient Http { get; } = new();

    protected IServiceProvider Services => server.Services;

    public async ValueTask InitializeAsync()
    {
        server = ClewServer.Create(
            [
                "--Storage:Directory", directory, "--Listen:Otlp:Grpc", "off", "--Listen:Otlp:Http", "127.0.0.1:0", "--Listen:Web", "127.0.0.1:0",
                "--Listen:Jaeger", "off", .. arguments,
            ],
            demo: false);
        await server.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await server.DisposeAsync();
        Directory.Delete(directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected Uri Url(Listener listener, string path) => new($"http://{server.Address(listener)}{path}");

    /// <summary>Sends OTLP JSON; accepted.</summary>
    protected async Task SendAsync(string document)
    {
        using var content = new StringContent(document, Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(Url(Listener.OtlpHttp, "/v1/traces"), content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>Waits until so many spans are stored.</summary>
    protected async Task UntilStoredAsync(int spans)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        do
        {
            await timer.WaitForNextTickAsync();
        }
        while ((await JsonAsync("/api/clew/v1/status")).GetProperty("spans").GetProperty("stored").GetInt64() < spans);
    }

    protected async Task<JsonElement> JsonAsync(string path) => JsonSerializer.Deserialize<JsonElement>(await Http.GetStringAsync(Url(Listener.Web, path)));
}
