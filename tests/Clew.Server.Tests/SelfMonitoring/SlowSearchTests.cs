using System.Net;
using System.Text;
using System.Text.Json;
using Clew.Core.Model;
using Clew.Server.Hosting;
using Clew.Server.Hosting.Configuration;
using Clew.Server.Hosting.Listeners;
using Clew.Server.SelfMonitoring.Probing;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tests.SelfMonitoring;

/// <summary>A search that comes long after a probe was sent finds it: it was slow, and counts as such.</summary>
[Collection(nameof(Alone))]
public sealed class SlowSearchTests : IAsyncLifetime
{
    private const string Span = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeSpans":[{"spans":[
        {"traceId":"000000000000000000000000000000aa","spanId":"00000000000000bb","name":"pay","kind":2,"startTimeUnixNano":"1767225600000000000","endTimeUnixNano":"1767225600000000001"}]}]}]}
        """;

    private readonly string directory = Directory.CreateTempSubdirectory("clew-slow-").FullName;
    private readonly HttpClient http = new();
    private ClewServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = ClewServer.Create(
            [
                "--Storage:Directory", directory, "--Listen:Otlp:Grpc", "off", "--Listen:Otlp:Http", "127.0.0.1:0", "--Listen:Web", "127.0.0.1:0", "--Listen:Jaeger", "off",
                "--Probe:Interval", "0s", "--Assembly:QuietPeriod", "1ms", "--Assembly:FlushInterval", "1ms",
            ],
            demo: false);
        await server.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_probe_is_found_after_its_trace_has_closed()
    {
        var parts = server.Services;
        using var target = HttpProbeTarget.Create(
            parts.GetRequiredService<ListenerSetup>(), parts.GetRequiredService<ListenConfig>(), parts.GetRequiredService<ProbeSecret>(), TimeProvider.System)!;
        var probe = new TraceId(1, 2);
        Assert.NotNull(await target.FindAsync(probe, CancellationToken.None));
        Assert.Null(await target.SendAsync(probe, CancellationToken.None));
        // What came after the probe is stored: the probe's trace has closed before.
        using var content = new StringContent(Span, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri($"http://{server.Address(Listener.OtlpHttp)}/v1/traces"), content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        do
        {
            await timer.WaitForNextTickAsync();
        }
        while ((await StatusAsync()).GetProperty("spans").GetProperty("stored").GetInt64() < 1);
        Assert.Null(await target.FindAsync(probe, CancellationToken.None));
        Assert.Equal(0, (await StatusAsync()).GetProperty("spans").GetProperty("open").GetInt64());
    }

    private async Task<JsonElement> StatusAsync() =>
        JsonSerializer.Deserialize<JsonElement>(await http.GetStringAsync(new Uri($"http://{server.Address(Listener.Web)}/api/clew/v1/status")));
}
