using System.Text.Json;
using Clew.Query.Tests.Support;
using Clew.Server.Api.Jaeger;
using Clew.Server.Tests.Api.Support;
using Clew.Testing;

namespace Clew.Server.Tests.Api.Jaeger;

public sealed class JaegerSearchTests
{
    private static readonly ManualTimeProvider Now = At(TimeSpan.FromSeconds(60));

    [Fact]
    public async Task Services_and_operations_are_plain_lists_with_their_length()
    {
        await using var host = await ApiHost.Jaeger(SharedTraces.Source(), Now);
        var services = await host.Json("/api/services");
        Assert.Equal(
            new[] { "OTLPResourceNoServiceName", "order", "pricing", "storefront", SharedTraces.Hostile }.Order(StringComparer.Ordinal),
            services.GetProperty("data").EnumerateArray().Select(s => s.GetString()!));
        Assert.Equal(5, services.GetProperty("total").GetInt32());
        Assert.Equal(JsonValueKind.Null, services.GetProperty("errors").ValueKind);
        Assert.Equal(
            """{"data":["GET /quote"],"total":1,"limit":0,"offset":0,"errors":null}""",
            (await host.Json("/api/services/pricing/operations")).GetRawText());
        Assert.Equal(
            """{"data":[{"name":"GET /quote","spanKind":"client"}],"total":1,"limit":0,"offset":0,"errors":null}""",
            (await host.Json("/api/operations?service=pricing")).GetRawText());
        Assert.Equal(0, (await host.Json("/api/operations?service=pricing&spanKind=server")).GetProperty("total").GetInt32());
        string hostile = Uri.EscapeDataString(SharedTraces.Hostile.Replace("\0", "", StringComparison.Ordinal));
        Assert.Equal(0, (await host.Json($"/api/services/{hostile}/operations")).GetProperty("total").GetInt32());
        Assert.Equal(1, (await host.Json("/api/services/OTLPResourceNoServiceName/operations")).GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("service=storefront", "1")]
    [InlineData("service=OTLPResourceNoServiceName", "cd")]
    [InlineData("service=pricing&operation=GET%20/quote", "1")]
    [InlineData("service=pricing&operation=other", "")]
    [InlineData("service=pricing&tag=exception.type:Timeout", "1")]
    [InlineData("service=pricing&tag=link.kind:batch", "1")]
    [InlineData("service=pricing&tag=service.name:pricing", "1")]
    [InlineData("service=pricing&tag=error:true", "1")]
    [InlineData("service=storefront&tag=error:true", "")]
    [InlineData("service=storefront&tag=span.kind:server", "1")]
    [InlineData("service=storefront&tag=span.kind:client", "")]
    [InlineData("service=pricing&tag=otel.status_code:ERROR", "1")]
    [InlineData("service=pricing&tag=otel.status_description:partner%20timed%20out", "1")]
    [InlineData("service=pricing&tag=otel.scope.name:test", "1")]
    [InlineData("service=pricing&tag=otel.scope.version:2.0", "")]
    [InlineData("service=pricing&tags=%7B%22error%22:%22true%22,%22big%22:%229223372036854775807%22%7D", "1")]
    [InlineData("service=pricing&tags=%7B%22error%22:%22true%22,%22big%22:%221%22%7D", "")]
    [InlineData("service=storefront&tag=retries:3&tag=cached:false", "1")]
    [InlineData("service=storefront&minDuration=3s&maxDuration=3s", "1")]
    [InlineData("service=storefront&minDuration=3000001us", "")]
    [InlineData("service=OTLPResourceNoServiceName&minDuration=1500us&maxDuration=1500us", "cd")]
    [InlineData("service=OTLPResourceNoServiceName&minDuration=1500.1us", "")]
    [InlineData("service=storefront&start=1767225600000000&end=1767225600000000", "1")] // both ends included
    [InlineData("service=storefront&start=1767225600000001", "")]
    [InlineData("service=storefront&end=1767225599999999", "")]
    [InlineData("service=storefront&limit=0&raw=true&prettyPrint=true&unknown=1", "1")]
    [InlineData("traceID=1&traceID=00000000000000ab00000000000000cd&traceID=1", "1,cd")]
    public async Task Conditions_select_traces(string conditions, string traces)
    {
        await using var host = await ApiHost.Jaeger(SharedTraces.Source(), Now);
        var answer = await host.Json("/api/traces?" + conditions);
        Assert.Equal(
            traces.Length == 0 ? [] : traces.Split(','),
            answer.GetProperty("data").EnumerateArray().Select(t => t.GetProperty("traceID").GetString()![^2..].TrimStart('0')));
        Assert.Equal(0, answer.GetProperty("total").GetInt32());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("errors").ValueKind);
    }

    [Fact]
    public async Task Without_a_start_the_last_two_days_are_searched()
    {
        var late = At(TimeSpan.FromDays(2));
        await using (var host = await ApiHost.Jaeger(SharedTraces.Source(), late))
        {
            Assert.Equal(1, (await host.Json("/api/traces?service=storefront")).GetProperty("data").GetArrayLength());
        }
        var later = At(TimeSpan.FromDays(2) + TimeSpan.FromMicroseconds(1));
        await using (var host = await ApiHost.Jaeger(SharedTraces.Source(), later))
        {
            Assert.Equal(0, (await host.Json("/api/traces?service=storefront")).GetProperty("data").GetArrayLength());
        }
    }

    [Fact]
    public async Task A_trace_asked_for_by_id_that_is_not_there_is_named_beside_those_that_are()
    {
        await using var host = await ApiHost.Jaeger(SharedTraces.Source(), Now);
        var answer = await host.Json("/api/traces?traceID=ff&traceID=1");
        Assert.Equal(1, answer.GetProperty("data").GetArrayLength());
        Assert.Equal(
            """[{"code":404,"msg":"trace not found","traceID":"00000000000000ff"}]""", answer.GetProperty("errors").GetRawText());
    }

    [Theory]
    [InlineData("", 100), InlineData("&limit=3", 3), InlineData("&limit=250", 250), InlineData("&limit=1000", 350)]
    public async Task A_search_returns_as_many_as_it_may_newest_first(string limit, int expected)
    {
        var b = new Testing.SpanBatchBuilder();
        for (ulong i = 1; i <= 350; i++)
        {
            b.Span(i, i, service: "a", start: SharedTraces.Start + (i * 1000), end: SharedTraces.Start + (i * 1000) + 1);
        }
        var source = new MemorySpanSource();
        source.AddAll(b.Batch);
        await using var host = await ApiHost.Jaeger(source, Now);
        var ids = (await host.Json("/api/traces?service=a" + limit)).GetProperty("data").EnumerateArray().Select(t => t.GetProperty("traceID").GetString()!).ToList();
        Assert.Equal(Enumerable.Range(0, expected).Select(i => (350 - i).ToString("x16", System.Globalization.CultureInfo.InvariantCulture)), ids);
    }

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/trace/1", "/trace/00000000000000000000000000000001")]
    [InlineData("/trace/00000000000000ab00000000000000cd?uiFind=12", "/trace/00000000000000ab00000000000000cd?span=0000000000000012")]
    [InlineData("/search", "/search")]
    [InlineData("/search?service=a%26b&operation=GET%20/&limit=20&lookback=1h&start=1&end=2", "/search?service=a%26b&operation=GET%20%2F&range=1h")]
    [InlineData("/search?service=a&operation=all&lookback=custom&start=1767225600000000&end=1767225601000000&minDuration=1ms",
        "/search?service=a&minDuration=1ms&from=2026-01-01T00%3A00%3A00.000Z&to=2026-01-01T00%3A00%3A01.001Z")]
    [InlineData("/search?service=a&tags=%7B%22error%22:%22true%22,%22k%22:%22v%22%7D&tag=span.kind:client",
        "/search?service=a&kind=client&status=error&attr=k%3Dv")]
    public async Task Pages_of_Jaegers_UI_lead_to_the_same_thing_here(string path, string to)
    {
        await using var host = await ApiHost.Jaeger(SharedTraces.Source(), Now);
        using var response = await host.Client.GetAsync(path);
        Assert.Equal(302, (int)response.StatusCode);
        Assert.Equal("http://ui.example:4319" + to, response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Where_the_UI_is_can_depend_on_the_request_and_it_can_be_off()
    {
        var found = new JaegerOptions { WebUi = c => new Uri($"http://{c.Request.Host.Host}:99") };
        await using (var host = await ApiHost.Jaeger(SharedTraces.Source(), Now, jaeger: found))
        {
            using var response = await host.Client.GetAsync("/trace/1");
            Assert.Equal($"http://127.0.0.1:99/trace/{SharedTraces.Id(1)}", response.Headers.Location?.OriginalString);
        }
        await using (var host = await ApiHost.Jaeger(SharedTraces.Source(), Now, jaeger: new JaegerOptions { WebUi = _ => null }))
        {
            using var response = await host.Client.GetAsync("/trace/1");
            Assert.Equal(404, (int)response.StatusCode);
        }
    }

    /// <summary>So long after the traces' start, where the clock of tests begins.</summary>
    private static ManualTimeProvider At(TimeSpan after)
    {
        var time = new ManualTimeProvider();
        Assert.Equal((long)(SharedTraces.Start / SharedTraces.Second), time.GetUtcNow().ToUnixTimeSeconds());
        time.Advance(after);
        return time;
    }
}
