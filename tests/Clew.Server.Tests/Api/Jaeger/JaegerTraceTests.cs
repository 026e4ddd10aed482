using System.Net;
using System.Text.Json;
using Clew.Core.Model;
using Clew.Server.Tests.Api.Support;

namespace Clew.Server.Tests.Api.Jaeger;

/// <summary>Golden answers written from the specification of Jaeger's JSON.</summary>
public sealed class JaegerTraceTests
{
    [Fact]
    public async Task A_trace_has_the_form_that_Jaegers_clients_read()
    {
        await using var host = await ApiHost.Jaeger(SharedTraces.Source());
        var answer = await host.Json("/api/traces/1");
        string expected = """
            {"data":[{"traceID":"0000000000000001","spans":[
            {"traceID":"0000000000000001","spanID":"0000000000000011","operationName":"POST /checkout","references":[],
            "startTime":1767225600000000,"duration":3000000,
            "tags":[{"key":"otel.scope.name","type":"string","value":"test"},{"key":"otel.scope.version","type":"string","value":"1.0"},
            {"key":"http.request.method","type":"string","value":"POST"},{"key":"retries","type":"int64","value":3},
            {"key":"cached","type":"bool","value":false},{"key":"ratio","type":"float64","value":0.5},
            {"key":"span.kind","type":"string","value":"server"}],
            "logs":[],"processID":"p1","warnings":null},
            {"traceID":"0000000000000001","spanID":"0000000000000012","flags":1,"operationName":"GET /quote",
            "references":[{"refType":"CHILD_OF","traceID":"0000000000000001","spanID":"0000000000000011"},
            {"refType":"FOLLOWS_FROM","traceID":"00000000000000070000000000000008","spanID":"0000000000000009"}],
            "startTime":1767225601000000,"duration":1000000,
            "tags":[{"key":"otel.scope.name","type":"string","value":"test"},{"key":"otel.scope.version","type":"string","value":"1.0"},
            {"key":"nan","type":"float64","value":"NaN"},{"key":"inf","type":"float64","value":"-Infinity"},
            {"key":"big","type":"int64","value":"9223372036854775807"},{"key":"blob","type":"binary","value":"AP8="},
            {"key":"nothing","type":"string","value":""},{"key":"list","type":"string","value":"[1,\"two\",[true]]"},
            {"key":"map","type":"string","value":"{\"k\":1.5,\"nan\":\"NaN\"}"},
            {"key":"span.kind","type":"string","value":"client"},{"key":"otel.status_code","type":"string","value":"ERROR"},
            {"key":"error","type":"bool","value":true},{"key":"otel.status_description","type":"string","value":"partner timed out"},
            {"key":"w3c.tracestate","type":"string","value":"vendor=1"}],
            "logs":[{"timestamp":1767225601000001,"fields":[{"key":"event","type":"string","value":"exception"},
            {"key":"exception.type","type":"string","value":"Timeout"}]}],
            "processID":"p2","warnings":null}],
            "processes":{"p1":{"serviceName":"storefront","tags":[]},"p2":{"serviceName":"pricing","tags":[]}},"warnings":null}],
            "total":0,"limit":0,"offset":0,"errors":null}
            """;
        Assert.Equal(expected.ReplaceLineEndings(""), answer.GetRawText());
    }

    [Fact]
    public async Task Wide_ids_missing_services_and_broken_spans_are_readable()
    {
        await using var host = await ApiHost.Jaeger(SharedTraces.Source());
        var wide = (await host.Json("/api/traces/00000000000000ab00000000000000cd")).GetProperty("data")[0];
        Assert.Equal("00000000000000ab00000000000000cd", wide.GetProperty("traceID").GetString());
        Assert.Equal("OTLPResourceNoServiceName", wide.GetProperty("processes").GetProperty("p1").GetProperty("serviceName").GetString());
        Assert.Equal(1500, wide.GetProperty("spans")[0].GetProperty("duration").GetInt64());
        var hostile = (await host.Json("/api/traces/2")).GetProperty("data")[0].GetProperty("spans")[0];
        Assert.Equal(SharedTraces.Hostile, hostile.GetProperty("operationName").GetString());
        Assert.Equal(0, hostile.GetProperty("duration").GetInt64());
        Assert.Equal(1, hostile.GetProperty("warnings").GetArrayLength());
        var broken = (await host.Json("/api/traces/3")).GetProperty("data")[0].GetProperty("spans")[0];
        Assert.Equal("binary", broken.GetProperty("tags")[2].GetProperty("type").GetString());
    }

    [Fact]
    public async Task Integers_change_to_text_where_a_double_would_lose_them()
    {
        var b = new Testing.SpanBatchBuilder();
        const long Safe = (1L << 53) - 1;
        b.Span(1, 1, attributes: [("a", Safe), ("b", Safe + 1), ("c", -Safe), ("d", -Safe - 1)]);
        var source = new Query.Tests.Support.MemorySpanSource();
        source.AddAll(b.Batch);
        await using var host = await ApiHost.Jaeger(source);
        var tags = (await host.Json("/api/traces/1")).GetProperty("data")[0].GetProperty("spans")[0].GetProperty("tags").EnumerateArray()
            .Where(t => t.GetProperty("type").GetString() == "int64").Select(t => t.GetProperty("value").GetRawText());
        Assert.Equal(["9007199254740991", "\"9007199254740992\"", "-9007199254740991", "\"-9007199254740992\""], tags);
    }

    [Theory]
    [InlineData("GET", "/api/traces/ff", 404, "trace not found")]
    [InlineData("GET", "/api/traces/xyz", 400, null)]
    [InlineData("GET", "/api/traces", 400, "parameter 'service' is required")]
    [InlineData("GET", "/api/operations", 400, "parameter 'service' is required")]
    [InlineData("GET", "/api/operations?service=a&spanKind=x", 400, null)]
    [InlineData("GET", "/api/traces?service=a&start=x", 400, null)]
    [InlineData("GET", "/api/traces?service=a&limit=x", 400, null)]
    [InlineData("GET", "/api/traces?service=a&minDuration=5", 400, null)]
    [InlineData("GET", "/api/traces?service=a&minDuration=2s&maxDuration=1s", 400, "'maxDuration' should be greater than 'minDuration'")]
    [InlineData("GET", "/api/traces?service=a&tag=x", 400, "malformed 'tag' parameter, expecting key:value, received: x")]
    [InlineData("GET", "/api/traces?service=a&tags=x", 400, null)]
    [InlineData("GET", "/api/traces?service=a&tags=[1]", 400, null)]
    [InlineData("GET", "/api/traces?service=a&tags=%7B%22a%22:1%7D", 400, null)]
    [InlineData("GET", "/api/dependencies?endTs=x", 400, "unable to parse param 'endTs': expected milliseconds, received: x")]
    [InlineData("GET", "/api/metrics/calls?service=a", 501, "metrics querying is currently disabled")]
    [InlineData("POST", "/api/archive/1", 501, null)]
    [InlineData("POST", "/api/transform", 501, null)]
    [InlineData("GET", "/api/nothing", 404, null)]
    [InlineData("DELETE", "/api/traces/1", 404, null)]
    public async Task Errors_come_in_the_envelope(string method, string path, int status, string? message)
    {
        await using var host = await ApiHost.Jaeger(SharedTraces.Source());
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await host.Client.SendAsync(request);
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        Assert.Equal(["data", "total", "limit", "offset", "errors"], answer.EnumerateObject().Select(p => p.Name));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("data").ValueKind);
        var error = Assert.Single(answer.GetProperty("errors").EnumerateArray());
        Assert.Equal(status, error.GetProperty("code").GetInt32());
        Assert.Equal(message ?? error.GetProperty("msg").GetString(), error.GetProperty("msg").GetString());
    }
}
