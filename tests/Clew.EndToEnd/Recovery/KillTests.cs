using System.Collections.Concurrent;
using System.Net;

namespace Clew.EndToEnd.Recovery;

/// <summary>kill -9 under load: what was acknowledged is there afterwards, once.</summary>
public sealed class KillTests
{
    private const int SpansPerPayload = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Acknowledged_spans_survive_a_kill_once(int seed)
    {
        var random = new Random(seed);
        string directory = Directory.CreateTempSubdirectory("clew-e2e-").FullName;
        var acknowledged = new ConcurrentBag<string>();
        // Short periods, so that kills meet closing, storing and checkpointing too.
        string[] hurry = ["--Assembly:QuietPeriod", "200ms", "--Assembly:FlushInterval", "300ms"];
        int next = 0;
        for (int round = 0; round < 3; round++)
        {
            var server = await ServerProcess.StartAsync(directory, null, hurry);
            using var http = new HttpClient();
            using var dead = new CancellationTokenSource();
            var senders = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                while (!dead.IsCancellationRequested)
                {
                    int payload = Interlocked.Increment(ref next);
                    if (await SendAsync(http, server, payload))
                    {
                        acknowledged.Add(TraceId(payload));
                    }
                    else
                    {
                        return;
                    }
                }
            })).ToList();
            int enough = acknowledged.Count + random.Next(200, 1500);
            await Poll.UntilAsync(() => acknowledged.Count >= enough || senders.All(sender => sender.IsCompleted), "acknowledgements");
            await server.KillAsync();
            await dead.CancelAsync();
            await Task.WhenAll(senders);
        }

        await using var last = await ServerProcess.StartAsync(directory, null, hurry);
        using var clew = new ClewClient(last);
        var found = await clew.SearchAllAsync("service=killed");
        Assert.Empty(acknowledged.Except(found));
        foreach (string id in acknowledged.Where(_ => random.Next(20) == 0))
        {
            var spans = await clew.SpansAsync(id);
            Assert.Equal(SpansPerPayload, spans.Count);
            Assert.Equal(SpansPerPayload, spans.Select(span => (string?)span["spanId"]).Distinct().Count());
        }
        var services = await clew.GetAsync("/services");
        long counted = (long)services["services"]!.AsArray().Single(service => (string?)service!["name"] == "killed")!["spanCount"]!;
        Assert.Equal((long)found.Count * SpansPerPayload, counted);
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

    private static string TraceId(int payload) => TestPayload.TraceId(payload);

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
