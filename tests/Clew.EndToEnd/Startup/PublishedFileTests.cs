using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Clew.EndToEnd.Startup;

/// <summary>The published file: one self-contained program with the UI inside. CI publishes it and names it in CLEW_PUBLISHED.</summary>
public sealed class PublishedFileTests(ITestOutputHelper output)
{
    [Fact]
    public async Task It_receives_keeps_shows_and_starts_again()
    {
        string? file = Environment.GetEnvironmentVariable("CLEW_PUBLISHED");
        Assert.SkipWhen(file is null, "CLEW_PUBLISHED names no published file");
        string directory = Directory.CreateTempSubdirectory("clew-e2e-").FullName;

        var first = await ServerProcess.StartAsync(directory, file);
        output.WriteLine($"ready after {first.ReadyAfter.TotalMilliseconds:F0} ms");
        using var http = new HttpClient();
        using var sent = await http.PostAsync(new Uri(first.OtlpHttp + "/v1/traces"), TestPayload.Trace("published", 1, 5, TestPayload.Epoch));
        sent.EnsureSuccessStatusCode();
        string page = await http.GetStringAsync(new Uri(first.Web));
        Assert.Contains("/assets/", page, StringComparison.Ordinal);
        var openApi = await http.GetFromJsonAsync<JsonObject>(new Uri(first.Web + "/openapi/v1.json"));
        Assert.NotNull(openApi!["paths"]!["/api/clew/v1/search"]);
        var jaeger = await http.GetFromJsonAsync<JsonObject>(new Uri(first.Jaeger + "/api/services"));
        Assert.Equal("published", (string?)jaeger!["data"]![0]);
        Assert.Equal(0, await first.StopAsync());

        await using var second = await ServerProcess.StartAsync(directory, file);
        using var clew = new ClewClient(second);
        Assert.Equal(5, (await clew.SpansAsync(TestPayload.TraceId(1))).Count);
    }
}
