using System.Globalization;
using System.Text.Json;
using Clew.Server.Hosting.Listeners;
using Clew.Server.Tests.Hosting;
using Clew.Server.Tests.SelfMonitoring;

namespace Clew.Server.Tests.Api.Engine;

/// <summary>A whole server, to which the second half of a call comes when the first is stored and counted.</summary>
[Collection(nameof(Alone))]
public sealed class LateSpanTests() : WholeServer("--Probe:Interval", "0s", "--Assembly:QuietPeriod", "1ms", "--Assembly:FlushInterval", "1ms")
{
    private const string Trace = "000000000000000000000000000000aa";

    [Fact]
    public async Task A_call_whose_ends_come_apart_becomes_one_and_every_answer_says_so()
    {
        await SendAsync("shop", "00000000000000b1", "", kind: 3, """{"key":"server.address","value":{"stringValue":"bank.example"}}""", stored: 1);
        Assert.Equal(["shop > bank.example 1 0"], Edges(await MapAsync()));
        Assert.False((await MapAsync()).TryGetProperty("notes", out _));
        await SendAsync("bank", "00000000000000b2", "00000000000000b1", kind: 2, "", stored: 2);
        var map = await MapAsync();
        Assert.Equal(["shop > bank 1 1"], Edges(map));
        Assert.Equal(["bank", "shop"], map.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("name").GetString()));
        Assert.StartsWith("1 span of this time came late", Assert.Single(map.GetProperty("notes").EnumerateArray()).GetString(), StringComparison.Ordinal);
        using var response = await Http.GetAsync(Url(Listener.Web, $"/api/clew/v1/traces/{Trace}/skeleton"));
        Assert.Equal("1 span came late, after the trace had been closed.", Assert.Single(response.Headers.GetValues("Clew-Notes")));
    }

    /// <summary>Client, server, calls, and how many of them both ends tell of.</summary>
    private static IEnumerable<string> Edges(JsonElement map) => map.GetProperty("edges").EnumerateArray().Select(edge =>
        $"{edge.GetProperty("client")} > {edge.GetProperty("server")} {edge.GetProperty("calls")} {edge.GetProperty("seenBy").GetProperty("both")}");

    private Task<JsonElement> MapAsync() => JsonAsync("/api/clew/v1/service-map");

    /// <summary>Sends a span and waits until so many are stored.</summary>
    private async Task SendAsync(string service, string id, string parent, int kind, string attribute, int stored)
    {
        string time = ((DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture);
        string span = $$$"""
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"{{{service}}}"}}]},"scopeSpans":[{"spans":[
            {"traceId":"{{{Trace}}}","spanId":"{{{id}}}","parentSpanId":"{{{parent}}}","name":"call","kind":{{{kind}}},
            "startTimeUnixNano":"{{{time}}}","endTimeUnixNano":"{{{time}}}","attributes":[{{{attribute}}}]}]}]}]}
            """;
        await SendAsync(span);
        await UntilStoredAsync(stored);
    }
}
