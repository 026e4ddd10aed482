using System.Text;
using System.Text.Json;
using Clew.Ingest.Sampling;
using Clew.Ingest.Sampling.Policies;

namespace Clew.Ingest.Tests.Sampling;

public sealed class PolicyTextTests
{
    private const string All = """
        {"policy":{"type":"or","policies":[
          {"type":"always"},{"type":"errors"},{"type":"status","codes":["unset","ok"]},{"type":"latency","atLeast":"1500ms","atMost":"2m"},
          {"type":"unusuallySlow","factor":1.5,"minTraces":7},{"type":"rare","seenLessThan":3},
          {"type":"attribute","key":"http.route","scopes":["span","scope"],"values":["a","b"],"pattern":"^/x","min":1,"max":2.5},
          {"type":"service","services":["shop"],"rootOnly":true},{"type":"tenant","tenants":["acme"]},{"type":"spanCount","min":2,"max":9},
          {"type":"traceState","key":"k","values":["v"]},{"type":"probability","share":0.25},
          {"type":"rateLimit","tracesPerSecond":10,"of":{"type":"always"}},{"type":"rateLimit","spansPerSecond":10,"of":{"type":"errors"}},
          {"type":"and","policies":[{"type":"errors"},{"type":"not","policy":{"type":"service","services":["x"],"rootOnly":false}}]}]},
         "keepLinked":true}
        """;

    [Fact]
    public void WhatIsWrittenIsWhatWasRead()
    {
        var config = PolicyReader.Read(Encoding.UTF8.GetBytes(All), out var problems);
        Assert.Empty(problems);
        Assert.True(config!.KeepLinked);
        string written = Write(config);
        Assert.Equal(Compact(All), written);
        Assert.Equal(written, Write(PolicyReader.Read(Encoding.UTF8.GetBytes(written), out _)!));
    }

    [Theory]
    [InlineData("""{"policy":{"type":"probability","share":1.5}}""", "policy.share")]
    [InlineData("""{"policy":{"type":"or","policies":[{"type":"errors"},{"type":"odd"}]}}""", "policy.policies[1].type")]
    [InlineData("""{"policy":{"type":"not","policy":{"type":"probability","share":0.5}}}""", "policy.policy")]
    [InlineData("""{"policy":{"type":"not"}}""", "policy.policy")]
    [InlineData("""{"policy":{"type":"rateLimit","tracesPerSecond":0}}""", "policy.tracesPerSecond")]
    [InlineData("""{"policy":{"type":"attribute","key":"k","pattern":"(a"}}""", "policy.pattern")]
    [InlineData("""{"policy":{"type":"attribute","key":"k","pattern":"(?=a)b"}}""", "policy.pattern")]
    [InlineData("""{"policy":{"type":"attribute","key":"k","scopes":["event"]}}""", "policy.scopes[0]")]
    [InlineData("""{"policy":{"type":"latency","atLeast":"5"}}""", "policy.atLeast")]
    [InlineData("""{"policy":{"type":"errors","extra":1}}""", "policy.extra")]
    [InlineData("""{"policy":{"type":"and","policies":[]}}""", "policy.policies")]
    [InlineData("""{"policy":[]}""", "policy")]
    [InlineData("""{"polizy":{}}""", "polizy")]
    [InlineData("""{"policy":{}}""", "policy.type")]
    [InlineData("""{"policy":""", "line 1, byte 11")]
    public void WhatIsWrongIsNamedByItsPlace(string json, string path)
    {
        Assert.Null(PolicyReader.Read(Encoding.UTF8.GetBytes(json), out var problems));
        Assert.Contains(path, problems.Select(problem => problem.Path));
        Assert.All(problems, problem => Assert.EndsWith(".", problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIsNestedTooDeepIsRefused()
    {
        string json = string.Concat(Enumerable.Repeat("""{"type":"not","policy":""", 500)) + """{"type":"errors"}""" + new string('}', 500);
        Assert.Null(PolicyReader.Read(Encoding.UTF8.GetBytes($$"""{"policy":{{json}}}"""), out var problems));
        Assert.NotEmpty(problems);
    }

    private static string Write(SamplingConfig config)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            PolicyWriter.Write(writer, config);
        }
        return Encoding.UTF8.GetString(json.ToArray());
    }

    private static string Compact(string json) => JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(json));
}
