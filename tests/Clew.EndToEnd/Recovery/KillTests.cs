using System.Diagnostics;
using System.Net;

namespace Clew.EndToEnd.Recovery;

/// <summary>kill -9 under load: what was acknowledged is there afterwards, once.</summary>
public sealed class KillTests
{
    private const int SpansPerPayload = 20;

    /// <summary>A short run of the harness that bench/README.md describes, with its record of what was acknowledged.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Acknowledged_spans_survive_kills_once(int seed)
    {
        string number = seed.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string[] arguments =
        [
            Build.LoadAssembly, "crash", "--start-server", Build.ServerAssembly, "--cycles", "6", "--seed", number,
            "--rate", "5k", "--counts-every", "3", "--full-every", "3",
        ];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
        using var harness = Process.Start(start)!;
        string report = await harness.StandardOutput.ReadToEndAsync();
        await harness.WaitForExitAsync();
        Assert.True(harness.ExitCode == 0, report);
        Assert.Contains("spans acknowledged", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clean_stop_keeps_everything_and_ends_with_zero()
    {
        string directory = Directory.CreateTempSubdirectory("clew-e2e-").FullName;
        var first = await ServerProcess.StartAsync(directory);
        using var http = new HttpClient();
        for (int payload = 1; payload <= 50; payload++)
        {
            Assert.True(await SendAsync(http, first, payload));
        }
        Assert.Equal(0, await first.StopAsync());

        await using var second = await ServerProcess.StartAsync(directory);
        using var clew = new ClewClient(second);
        Assert.Equal(50, (await clew.SearchAllAsync("service=killed")).Count);
    }

    [Fact]
    public async Task A_deleted_trace_does_not_come_back()
    {
        string directory = Directory.CreateTempSubdirectory("clew-e2e-").FullName;
        using var http = new HttpClient();
        var first = await ServerProcess.StartAsync(directory);
        using var before = new ClewClient(first);
        for (int payload = 1; payload <= 3; payload++)
        {
            Assert.True(await SendAsync(http, first, payload));
        }
        Assert.Equal(3, (await before.SearchAllAsync("service=killed")).Count);
        Assert.Equal(HttpStatusCode.OK, await before.DeleteAsync("/traces/" + TestPayload.TraceId(2)));
        Assert.Equal(HttpStatusCode.NotFound, await before.StatusOfAsync("/traces/" + TestPayload.TraceId(2)));
        Assert.Equal(HttpStatusCode.NotFound, await before.DeleteAsync("/traces/" + TestPayload.TraceId(2)));
        Assert.Equal(HttpStatusCode.BadRequest, await before.DeleteAsync("/traces/x"));
        Assert.Equal(2, (await before.SearchAllAsync("service=killed")).Count);
        await first.KillAsync();

        await using var second = await ServerProcess.StartAsync(directory);
        using var clew = new ClewClient(second);
        // The journal still held it, and its sender did not hear that it was taken.
        Assert.True(await SendAsync(http, second, 2));
        await Poll.UntilAsync(async () => (int)(await clew.GetAsync("/status"))["spans"]!["open"]! == 0, "everything closed");
        await Poll.UntilAsync(async () => await clew.StatusOfAsync("/traces/" + TestPayload.TraceId(2)) == HttpStatusCode.NotFound, "the trace is gone");
        Assert.Equal([TestPayload.TraceId(1), TestPayload.TraceId(3)], (await clew.SearchAllAsync("service=killed")).Order());
    }

    private static async Task<bool> SendAsync(HttpClient http, ServerProcess server, int payload)
    {
        try
        {
            using var content = TestPayload.Trace("killed", payload, SpansPerPayload, TestPayload.Epoch + ((ulong)payload * 1_000_000));
            using var response = await http.PostAsync(new Uri(server.OtlpHttp + "/v1/traces"), content);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
