using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Clew.Server.Hosting.Listeners;
using Clew.Server.SelfMonitoring.Probing;
using Clew.Server.SelfMonitoring.Tracing;
using Clew.Server.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tests.SelfMonitoring;

/// <summary>A whole server, asked over its ports what it knows of itself. Alone: who listens to traces hears all servers of the process.</summary>
[Collection(nameof(Alone))]
public sealed class SelfMonitoringTests() : WholeServer("--Probe:Interval", "20ms", "--Assembly:QuietPeriod", "50ms")
{
    private const string Span = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeSpans":[{"spans":[
        {"traceId":"000000000000000000000000000000aa","spanId":"00000000000000bb","name":"pay","kind":2,"startTimeUnixNano":"1767225600000000000","endTimeUnixNano":"1767225600000000001"}]}]}]}
        """;

    [Fact]
    public async Task Probes_measure_freshness_and_count_as_nobodys_traffic()
    {
        JsonElement status;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        do
        {
            await timer.WaitForNextTickAsync();
            status = await Json("/api/clew/v1/status");
        }
        while (!status.TryGetProperty("freshness", out var measured) || measured.GetProperty("probes").GetInt64() < 20);
        Assert.Equal(0, status.GetProperty("freshness").GetProperty("notFound").GetInt64());
        Assert.InRange(status.GetProperty("freshness").GetProperty("p50").GetDouble(), 0.0001, 30);
        foreach (string figure in (string[])["received", "rejected", "stored", "open"])
        {
            Assert.Equal(0, status.GetProperty("spans").GetProperty(figure).GetInt64());
        }
        Assert.Equal(0, (await Json("/api/clew/v1/search")).GetProperty("traces").GetArrayLength());
        Assert.Equal(0, (await Json("/api/clew/v1/services")).GetProperty("services").GetArrayLength());
        Assert.Equal(0, (await Json("/api/clew/v1/service-map")).GetProperty("nodes").GetArrayLength());
        var metrics = MetricsText.Parse(await Metrics(openMetrics: true), isOpenMetrics: true);
        Assert.True(metrics["clew_freshness_seconds_count"] >= 20);
        Assert.Equal(0, metrics["clew_requests_total"]);
        Assert.Equal(0, metrics["clew_payload_bytes_total"]);
        Assert.DoesNotContain(metrics.Families["clew_api_request_duration_seconds"].Samples, s => s.Labels.Contains(("endpoint", "/api/clew/v1/search")) && s.Name.EndsWith("_count", StringComparison.Ordinal) && s.Value > 1);
        Assert.Equal(0, metrics["clew_store_spans"]);
    }

    [Fact]
    public async Task Nobody_else_reaches_the_probes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url(Listener.Web, "/api/clew/v1/search?service=clew-probe"));
        request.Headers.Add(ProbeSecret.Header, new ProbeSecret().Value);
        using var response = await Http.SendAsync(request);
        Assert.Equal(0, JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()).GetProperty("traces").GetArrayLength());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_came_in_is_told_in_both_formats(bool openMetrics)
    {
        using var content = new StringContent(Span, Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(Url(Listener.OtlpHttp, "/v1/traces"), content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var metrics = MetricsText.Parse(await Metrics(openMetrics), openMetrics);
        Assert.Equal((1.0, 1.0, 1.0), (metrics["clew_received_spans_total"], metrics["clew_requests_total"], metrics["clew_receive_duration_seconds_count"]));
        Assert.Equal(1, metrics["clew_health", ("state", "ok")]);
    }

    [Fact]
    public async Task The_documentation_lists_every_family_and_every_bound()
    {
        await Json("/api/clew/v1/status"); // so that there is an endpoint to tell of
        var metrics = MetricsText.Parse(await Metrics(openMetrics: true), isOpenMetrics: true);
        string text = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "operations", "metrics.md"));
        string[] Rows(string heading) => [.. text[text.IndexOf(heading, StringComparison.Ordinal)..].Split("\n## ")[0].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        var bounds = metrics.Families.Values.Where(f => f.Name.StartsWith("clew_bound_capacity", StringComparison.Ordinal)).SelectMany(f => f.Samples).Select(s => s.Labels.Single().Value).ToList();
        Assert.Equal(bounds.Order(), Rows("## Bounds").Select(row => row.Split('`')[1]).Order());
        Assert.Equal(bounds.Count, bounds.Distinct().Count());
        // What sets a bound is a key that there is, or the number itself.
        string configuration = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "operations", "configuration.md"));
        foreach (string[] row in Rows("## Bounds").Select(row => row.Split('|', StringSplitOptions.TrimEntries)))
        {
            string[] name = row[1].Split('`');
            double capacity = metrics.Families.Values.Where(f => f.Name.StartsWith("clew_bound_capacity", StringComparison.Ordinal)).SelectMany(f => f.Samples).Single(s => s.Labels.Single().Value == name[1]).Value;
            string setBy = row[3];
            if (char.IsAsciiDigit(setBy[0]) && !setBy.Contains('×', StringComparison.Ordinal))
            {
                Assert.Equal(capacity, double.Parse(setBy.Split(':')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
            }
            else
            {
                Assert.Contains($"| `{setBy.Split('`')[1]}` |", configuration, StringComparison.Ordinal);
            }
            Assert.NotEqual("", row[2]);
            Assert.NotEqual("", row[4]);
        }
        Assert.Equal(metrics.Families.Values.Select(f => $"| `{f.Name}` | {f.Type} |"), Rows("## Families").Select(row => string.Join('|', row.Split('|')[..3]) + "|"));
    }

    [Fact]
    public async Task A_server_that_takes_spans_is_live_and_ready()
    {
        foreach (string path in (string[])["/health/live", "/health/ready"])
        {
            var answer = await Json(path);
            Assert.Equal("ok", answer.GetProperty("state").GetString());
            Assert.Equal(0, answer.GetProperty("reasons").GetArrayLength());
        }
    }

    [Fact]
    public async Task A_server_that_is_stopping_is_not_ready_and_says_so()
    {
        await Services.GetRequiredService<Clew.Ingest.Pipeline.SpanPipeline>().StopAsync();
        using var response = await Http.GetAsync(Url(Listener.Web, "/health/ready"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        Assert.Equal(("error", "The server is stopping: spans are refused."), (answer.GetProperty("state").GetString(), answer.GetProperty("reasons")[0].GetString()));
        var status = await Json("/api/clew/v1/status");
        Assert.Equal("error", status.GetProperty("health").GetProperty("state").GetString());
        Assert.Equal(1, MetricsText.Parse(await Metrics(openMetrics: false), isOpenMetrics: false)["clew_health", ("state", "error")]);
    }

    /// <summary>What came before is traced; what is made of that is not, or it would never end.</summary>
    [Fact]
    public async Task Its_own_traces_are_found_as_the_service_clew_and_give_rise_to_no_more()
    {
        var tracer = Services.GetRequiredService<SelfTracer>();
        using (tracer.Listen())
        {
            using var content = new StringContent(Span, Encoding.UTF8, "application/json");
            using var response = await Http.PostAsync(Url(Listener.OtlpHttp, "/v1/traces"), content);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            await Json("/api/clew/v1/services");
            // Spans end after the answer is on its way.
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (tracer.Bounds[0].Used < 5)
            {
                await timer.WaitForNextTickAsync();
            }
            await tracer.SendAsync(CancellationToken.None);
        }
        var traces = (await Json("/api/clew/v1/search?service=clew&operation=receive")).GetProperty("traces");
        string id = Assert.Single(traces.EnumerateArray()).GetProperty("traceId").GetString()!;
        var spans = (await Json($"/api/clew/v1/traces/{id}")).GetProperty("resourceSpans").EnumerateArray()
            .SelectMany(r => r.GetProperty("scopeSpans").EnumerateArray()).SelectMany(s => s.GetProperty("spans").EnumerateArray());
        Assert.Equal(["head", "journal", "read", "receive"], spans.Select(s => s.GetProperty("name").GetString()).Order());
        Assert.Single((await Json("/api/clew/v1/search?service=clew&operation=" + Uri.EscapeDataString("/api/clew/v1/services"))).GetProperty("traces").EnumerateArray());
        // The payload of these traces was no traffic, and made no span.
        var metrics = MetricsText.Parse(await Metrics(openMetrics: true), isOpenMetrics: true);
        Assert.Equal(1, metrics["clew_requests_total"]);
        Assert.Equal(0, metrics["clew_self_spans_dropped_total"]);
        Assert.Contains(metrics.Families["clew_receive_duration_seconds"].Samples, sample => sample.HasExemplar);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Clew.slnx")))
        {
            folder = folder.Parent!;
        }
        return folder.FullName;
    }

    private async Task<JsonElement> Json(string path)
    {
        using var response = await Http.GetAsync(Url(Listener.Web, path));
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private async Task<string> Metrics(bool openMetrics)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url(Listener.Web, "/metrics"));
        if (openMetrics)
        {
            request.Headers.Accept.ParseAdd("application/openmetrics-text; version=1.0.0");
        }
        using var response = await Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(openMetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        return await response.Content.ReadAsStringAsync();
    }
}
