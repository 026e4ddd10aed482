using System.Globalization;
using System.Net;
using System.Text.Json;
using Clew.Core.Scan;
using Clew.Query;
using Clew.Query.Tests.Support;
using Clew.Server.Tests.Api.Support;
using Clew.Testing;

namespace Clew.Server.Tests.Api.Own;

public sealed class OwnSearchTests
{
    [Fact]
    public async Task A_page_holds_what_a_list_of_traces_shows()
    {
        await using var host = await ApiHost.Own(SharedTraces.Source());
        var page = await host.Json("/api/clew/v1/search?service=pricing&total=exact");
        string expected = """
            {"traceId":"00000000000000000000000000000001","rootService":"storefront","rootName":"POST /checkout",
            "start":"1767225600000000000","duration":"3000000000","spanCount":2,"errorCount":1,"matchedSpans":1,"complete":true,
            "closed":"quiet","shape":"(shape)","notes":[],
            "services":[{"name":"storefront","spanCount":1,"errorCount":0,"selfTime":"2000000000","criticalTime":"2000000000"},
            {"name":"pricing","spanCount":1,"errorCount":1,"selfTime":"1000000000","criticalTime":"1000000000"}]}
            """;
        var trace = Assert.Single(page.GetProperty("traces").EnumerateArray());
        string shape = trace.GetProperty("shape").GetString()!;
        Assert.Matches("^[0-9a-f]{16}$", shape);
        Assert.Equal(expected.ReplaceLineEndings("").Replace("(shape)", shape, StringComparison.Ordinal), trace.GetRawText());
        Assert.Equal("""{"kind":"exact","value":1}""", page.GetProperty("total").GetRawText());
        Assert.True(page.GetProperty("stats").GetProperty("milliseconds").GetDouble() >= 0);
        Assert.False(page.TryGetProperty("next", out _));
        Assert.False(page.TryGetProperty("partial", out _));
    }

    [Fact]
    public async Task What_could_not_be_read_is_said_with_every_answer()
    {
        var source = new MemorySpanSource { Incomplete = "A file is damaged.", Counters = new ScanCounters(0, 3, 27) };
        var spans = new SpanBatchBuilder();
        spans.Span(1, 1);
        source.AddAll(spans.Batch);
        await using var host = await ApiHost.Own(source);
        var page = await host.Json("/api/clew/v1/search");
        Assert.Equal("A file is damaged.", page.GetProperty("partial").GetString());
        Assert.Equal(3, page.GetProperty("stats").GetProperty("segmentsScanned").GetInt64());
        Assert.Equal(27, page.GetProperty("stats").GetProperty("segmentsSkipped").GetInt64());
        Assert.Equal("A file is damaged.", (await host.Json("/api/clew/v1/services")).GetProperty("partial").GetString());
        foreach (string path in (string[])["", "/skeleton", "/spans/1", "/search?q=a"])
        {
            using var response = await host.Client.GetAsync($"/api/clew/v1/traces/1{path}");
            Assert.Equal("A file is damaged.", Assert.Single(response.Headers.GetValues("Clew-Partial")));
        }
    }

    [Theory]
    [InlineData("", "cd,3,2,1")]
    [InlineData("service=storefront", "1")]
    [InlineData("service=", "cd")]
    [InlineData("service=Storefront", "")]
    [InlineData("operation=GET%20/quote", "1")]
    [InlineData("service=storefront&operation=GET%20/quote", "")] // all on one span
    [InlineData("kind=server", "1")]
    [InlineData("kind=consumer", "")]
    [InlineData("status=error", "1")]
    [InlineData("status=error&service=storefront", "")]
    [InlineData("minDuration=3s", "1")]
    [InlineData("minDuration=3000000001", "")]
    [InlineData("maxDuration=999ns", "3,2")]
    [InlineData("maxDuration=998ns", "2")]
    [InlineData("minDuration=1.5005ms&maxDuration=1500500", "cd")]
    [InlineData("attr=http.request.method=POST", "1")]
    [InlineData("attr=http.request.method=POST&attr=retries=3", "1")]
    [InlineData("attr=http.request.method=POST&attr=big=9223372036854775807", "")]
    [InlineData("attr=nan=NaN", "1")]
    [InlineData("attr=ratio=0.50", "1")]
    [InlineData("attr=cached=false", "1")]
    [InlineData("attr=exception.type=Timeout", "1")]
    [InlineData("attr=link.kind=batch", "1")]
    [InlineData("attr=service.name=pricing", "1")]
    [InlineData("root=true", "cd,3,1")]
    [InlineData("from=1767225630000000000", "cd")]
    [InlineData("from=2026-01-01T00:00:30Z", "cd")]
    [InlineData("from=2026-01-01T01:00:10.000000000%2B01:00&to=2026-01-01T00:00:20.000000001Z", "3,2")]
    [InlineData("to=1767225610000000000", "1")]
    [InlineData("from=5&to=5", "")]
    public async Task Conditions_select_traces(string conditions, string traces)
    {
        await using var host = await ApiHost.Own(SharedTraces.Source());
        var page = await host.Json("/api/clew/v1/search?" + conditions);
        Assert.Equal(
            traces.Length == 0 ? [] : traces.Split(','),
            page.GetProperty("traces").EnumerateArray().Select(t => t.GetProperty("traceId").GetString()![^2..].TrimStart('0')));
    }

    [Theory]
    [InlineData("limit=0"), InlineData("limit=1001"), InlineData("limit=-1"), InlineData("limit=1e2"), InlineData("limit="), InlineData("limit=99999999999")]
    [InlineData("kind=Server"), InlineData("kind=2"), InlineData("status=ERROR"), InlineData("root=false"), InlineData("total=yes")]
    [InlineData("minDuration=2s&maxDuration=1s", "maxDuration"), InlineData("minDuration=1 s"), InlineData("minDuration=-1s"), InlineData("minDuration=5m3"), InlineData("maxDuration=9999999h")]
    [InlineData("from=yesterday"), InlineData("from=-1"), InlineData("to=2026-13-01T00:00:00Z"), InlineData("from=99999999999999999999")]
    [InlineData("attr=novalue"), InlineData("attr==v"), InlineData("cursor=abc"), InlineData("cursor=")]
    [InlineData("limit=1&limit=2"), InlineData("service=a&service=a"), InlineData("Service=a"), InlineData("colour=red")]
    public async Task A_parameter_that_does_not_parse_is_named(string parameter, string? name = null)
    {
        await using var host = await ApiHost.Own(SharedTraces.Source());
        using var response = await host.Client.GetAsync("/api/clew/v1/search?" + parameter);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        Assert.Contains($"'{name ?? parameter.Split('=')[0]}'", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_follow_each_other_by_cursor()
    {
        var source = new MemorySpanSource();
        source.AddAll(new SpanGenerator(3).Batch(500, 60));
        await using var host = await ApiHost.Own(source);
        var found = new List<string>();
        string? next = null;
        do
        {
            var page = await host.Json("/api/clew/v1/search?limit=7&total=bound" + (next is null ? "" : "&cursor=" + next));
            Assert.Equal(source.Parts.Count, page.GetProperty("total").GetProperty("value").GetInt32());
            found.AddRange(page.GetProperty("traces").EnumerateArray().Select(t => t.GetProperty("traceId").GetString()!));
            next = page.TryGetProperty("next", out var n) ? n.GetString() : null;
        }
        while (next is not null);
        Assert.Equal(source.Parts.OrderBy(p => p.Position).Select(p => p.TraceId.ToString()), found);
    }

    [Fact]
    public async Task Services_and_operations_are_counted_and_sorted()
    {
        await using var host = await ApiHost.Own(SharedTraces.Source());
        var services = (await host.Json("/api/clew/v1/services")).GetProperty("services");
        Assert.Equal(
            new[] { "", "order", "pricing", "storefront", SharedTraces.Hostile }.Order(StringComparer.Ordinal),
            services.EnumerateArray().Select(s => s.GetProperty("name").GetString()!));
        Assert.All(services.EnumerateArray(), s => Assert.Equal(1, s.GetProperty("spanCount").GetInt32()));
        var early = await host.Json("/api/clew/v1/services?to=2026-01-01T00:00:01Z");
        Assert.Equal("""{"services":[{"name":"storefront","spanCount":1}]}""", early.GetRawText());
        var operations = await host.Json("/api/clew/v1/operations?service=pricing");
        Assert.Equal("""{"operations":[{"name":"GET /quote","kind":"client","spanCount":1}]}""", operations.GetRawText());
        Assert.Equal(5, (await host.Json("/api/clew/v1/operations")).GetProperty("operations").GetArrayLength());
    }

    [Fact]
    public async Task Status_leaves_out_what_is_off()
    {
        await using var host = await ApiHost.Own(SharedTraces.Source());
        string expected = """
            {"version":"0.1.0","started":"1970-01-01T00:00:00+00:00","health":{"state":"warn","messages":["The disk is 91 % full."]},
            "endpoints":{"otlpGrpc":"127.0.0.1:4317","web":"127.0.0.1:4319"},
            "spans":{"received":10,"rejected":1,"stored":6,"open":3},
            "storage":{"directory":"/data","bytes":123,"segments":4,"journalBytes":5,"series":7,"seriesBytes":890,
            "deletedTraces":6,"merges":7,"mergingSegments":8,"settled":true,"expiredSegments":9},
            "freshness":{"p50":0.012,"p99":0.034,"max":0.05,"probes":12,"notFound":1}}
            """;
        Assert.Equal(expected.ReplaceLineEndings(""), (await host.Json("/api/clew/v1/status")).GetRawText());
    }

    [Fact]
    public async Task Too_many_queries_are_refused_with_503_and_when_to_come_back()
    {
        var source = SharedTraces.Source();
        using var hold = new SemaphoreSlim(0);
        var inside = new TaskCompletionSource();
        await using var host = await ApiHost.Own(source, new QueryOptions { MaxConcurrentQueries = 1, MaxWaitingQueries = 0 });
        source.OnHit = () =>
        {
            inside.TrySetResult();
            hold.Wait(TimeSpan.FromSeconds(30));
        };
        var first = host.Client.GetAsync("/api/clew/v1/search");
        await inside.Task;
        using var refused = await host.Client.GetAsync("/api/clew/v1/search");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("1", refused.Headers.RetryAfter?.ToString());
        source.OnHit = null;
        hold.Release(100);
        using var answered = await first;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Fact]
    public async Task A_failure_inside_tells_nothing_of_the_inside()
    {
        var source = SharedTraces.Source();
        source.OnHit = () => throw new InvalidOperationException("secret inside");
        await using var host = await ApiHost.Own(source);
        using var response = await host.Client.GetAsync("/api/clew/v1/search");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        string text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain(" at ", text, StringComparison.Ordinal);
        Assert.Equal(500, JsonSerializer.Deserialize<JsonElement>(text).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Answers_are_compressed_for_those_who_ask()
    {
        var source = new MemorySpanSource();
        source.AddAll(new SpanGenerator(3).Batch(500, 1));
        await using var host = await ApiHost.Own(source);
        foreach (string path in new[] { "search", $"traces/{SharedTraces.Id(1)}", $"traces/{SharedTraces.Id(1)}/skeleton", "status" })
        {
            byte[] plain = await host.Client.GetByteArrayAsync("/api/clew/v1/" + path);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/clew/v1/" + path);
            request.Headers.Add("Accept-Encoding", "gzip");
            using var response = await host.Client.SendAsync(request);
            Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
            await using var unzip = new System.IO.Compression.GZipStream(await response.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
            var back = new MemoryStream();
            await unzip.CopyToAsync(back);
            if (path != "search") // holds the time it took
            {
                Assert.Equal(plain, back.ToArray());
            }
            Assert.True(back.Length > 0, string.Create(CultureInfo.InvariantCulture, $"{path}: {back.Length}"));
        }
    }
}
