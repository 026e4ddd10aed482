using System.Diagnostics;
using System.Net.Sockets;

namespace Clew.EndToEnd.Recovery;

/// <summary>A first signal ends in good order, a second one at once; neither loses what was acknowledged.</summary>
public sealed class SignalTests
{
    private const int Traces = 40;

    [Theory]
    [InlineData("-TERM", 143)]
    [InlineData("-INT", 130)]
    public async Task A_second_signal_ends_at_once_and_loses_nothing(string second, int code)
    {
        string directory = Directory.CreateTempSubdirectory("clew-e2e-").FullName;
        // A request that never comes to its end is waited for, long enough for the second signal to come before.
        var first = await ServerProcess.StartAsync(directory, null, "--Server:DrainTimeout", "50s", "--Server:ShutdownTimeout", "55s");
        await SendAsync(first);
        using var unfinished = await BeginRequestAsync(first);
        var watch = Stopwatch.StartNew();
        await first.SignalAsync("-TERM");
        await Poll.UntilAsync(() => first.Log.Contains("Asked to end", StringComparison.Ordinal), "the first signal is seen");
        Assert.False(first.HasExited);
        await first.SignalAsync(second);
        Assert.Equal(code, await first.WaitForExitAsync());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(40), $"It took {watch.Elapsed}.");
        Assert.Contains("Asked again", first.Log, StringComparison.Ordinal);
        await AssertAllThereAsync(directory);
    }

    [Fact]
    public async Task When_the_end_takes_too_long_it_comes_anyway_and_loses_nothing()
    {
        string directory = Directory.CreateTempSubdirectory("clew-e2e-").FullName;
        var first = await ServerProcess.StartAsync(directory, null, "--Server:DrainTimeout", "1s", "--Server:ShutdownTimeout", "1s");
        await SendAsync(first);
        using var unfinished = await BeginRequestAsync(first);
        Assert.Equal(0, await first.StopAsync());
        await AssertAllThereAsync(directory);
    }

    /// <summary>Senders are busy when the signal comes: whatever was answered 200 is there afterwards, stored or read back.</summary>
    [Fact]
    public async Task Under_load_the_first_signal_drains()
    {
        string directory = Directory.CreateTempSubdirectory("clew-e2e-").FullName;
        var first = await ServerProcess.StartAsync(directory, null, "--Assembly:QuietPeriod", "50ms");
        var acknowledged = new List<string>();
        using var http = new HttpClient();
        async Task SendUntilRefusedAsync(int sender)
        {
            for (int i = 0; ; i++)
            {
                int trace = (sender * 1_000_000) + i + 1;
                try
                {
                    using var content = TestPayload.Trace("drained", trace, 5, TestPayload.Epoch + (ulong)trace);
                    using var response = await http.PostAsync(new Uri(first.OtlpHttp + "/v1/traces"), content);
                    if (!response.IsSuccessStatusCode)
                    {
                        return;
                    }
                }
                catch (HttpRequestException)
                {
                    return;
                }
                lock (acknowledged)
                {
                    acknowledged.Add(TestPayload.TraceId(trace));
                }
            }
        }
        var senders = Enumerable.Range(0, 4).Select(SendUntilRefusedAsync).ToList();
        await Poll.UntilAsync(() => { lock (acknowledged) { return acknowledged.Count > 200; } }, "the senders are at work");
        Assert.Equal(0, await first.StopAsync());
        await Task.WhenAll(senders);

        await using var again = await ServerProcess.StartAsync(directory);
        using var clew = new ClewClient(again);
        var found = (await clew.SearchAllAsync("service=drained")).ToHashSet();
        Assert.DoesNotContain(acknowledged, id => !found.Contains(id));
    }

    private static async Task SendAsync(ServerProcess server)
    {
        using var http = new HttpClient();
        for (int trace = 1; trace <= Traces; trace++)
        {
            using var content = TestPayload.Trace("signalled", trace, 20, TestPayload.Epoch + ((ulong)trace * 1_000_000));
            using var response = await http.PostAsync(new Uri(server.OtlpHttp + "/v1/traces"), content);
            Assert.True(response.IsSuccessStatusCode);
        }
    }

    /// <summary>A request whose body does not come to its end, and that the server has begun to read.</summary>
    private static async Task<TcpClient> BeginRequestAsync(ServerProcess server)
    {
        var address = new Uri(server.OtlpHttp);
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await client.GetStream().WriteAsync("POST /v1/traces HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray());
        // "100 Continue" comes when the body is asked for.
        Assert.True(await client.GetStream().ReadAsync(new byte[64]) > 0);
        return client;
    }

    private static async Task AssertAllThereAsync(string directory)
    {
        await using var second = await ServerProcess.StartAsync(directory);
        using var clew = new ClewClient(second);
        Assert.Equal(Traces, (await clew.SearchAllAsync("service=signalled")).Count);
    }
}
