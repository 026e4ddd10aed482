using System.Text;
using System.Text.Json;
using Clew.Ingest.Sampling;
using Clew.Ingest.Sampling.Import;
using Clew.Ingest.Sampling.Policies;

namespace Clew.Ingest.Tests.Sampling;

public sealed class TailSamplingImportTests
{
    [Theory]
    [InlineData("{name: a, type: always_sample}", """{"type":"always"}""")]
    [InlineData("{name: a, type: latency, latency: {threshold_ms: 5000}}", """{"type":"latency","atLeast":"5s"}""")]
    [InlineData("{name: a, type: latency, latency: {threshold_ms: 1, upper_threshold_ms: 2}}", """{"type":"latency","atLeast":"1ms","atMost":"2ms"}""")]
    [InlineData("{name: a, type: numeric_attribute, numeric_attribute: {key: k, min_value: 50, max_value: 100}}",
        """{"type":"attribute","key":"k","scopes":["span","resource"],"min":50,"max":100}""")]
    [InlineData("{name: a, type: probabilistic, probabilistic: {sampling_percentage: 10}}", """{"type":"probability","share":0.1}""")]
    [InlineData("{name: a, type: status_code, status_code: {status_codes: [ERROR]}}", """{"type":"errors"}""")]
    [InlineData("{name: a, type: status_code, status_code: {status_codes: [OK, UNSET]}}", """{"type":"status","codes":["ok","unset"]}""")]
    [InlineData("{name: a, type: string_attribute, string_attribute: {key: k, values: [v, w]}}",
        """{"type":"attribute","key":"k","scopes":["span","resource"],"values":["v","w"]}""")]
    [InlineData("{name: a, type: string_attribute, string_attribute: {key: k, values: ['v.*', w], enabled_regex_matching: true, cache_max_size: 10}}",
        """{"type":"attribute","key":"k","scopes":["span","resource"],"pattern":"(?:v.*)|(?:w)"}""")]
    [InlineData("{name: a, type: boolean_attribute, boolean_attribute: {key: k, value: true}}",
        """{"type":"attribute","key":"k","scopes":["span","resource"],"values":["true"]}""")]
    [InlineData("{name: a, type: rate_limiting, rate_limiting: {spans_per_second: 35}}",
        """{"type":"rateLimit","spansPerSecond":35,"of":{"type":"always"}}""")]
    [InlineData("{name: a, type: span_count, span_count: {min_spans: 2, max_spans: 20}}", """{"type":"spanCount","min":2,"max":20}""")]
    [InlineData("{name: a, type: trace_state, trace_state: {key: k, values: [v]}}", """{"type":"traceState","key":"k","values":["v"]}""")]
    [InlineData("{name: a, type: and, and: {and_sub_policy: [{name: b, type: status_code, status_code: {status_codes: [ERROR]}}, {name: c, type: string_attribute, string_attribute: {key: k, values: [v], invert_match: true}}]}}",
        """{"type":"and","policies":[{"type":"errors"},{"type":"not","policy":{"type":"attribute","key":"k","scopes":["span","resource"],"values":["v"]}}]}""")]
    [InlineData("{name: a, type: composite, composite: {max_total_spans_per_second: 1000, policy_order: [b, c], composite_sub_policy: [{name: b, type: always_sample}, {name: c, type: span_count, span_count: {min_spans: 2}}], rate_allocation: [{policy: b, percent: 25}]}}",
        """{"type":"or","policies":[{"type":"rateLimit","spansPerSecond":250,"of":{"type":"always"}},{"type":"rateLimit","spansPerSecond":500,"of":{"type":"spanCount","min":2,"max":2147483647}}]}""")]
    public void APolicyBecomesOneOfClews(string yaml, string expected)
    {
        var result = TailSamplingImport.Read($"processors:\n  tail_sampling:\n    policies:\n      - {yaml}\n");
        Assert.Empty(result.NotTaken);
        Assert.Equal(expected, Text(result.Policy!));
    }

    [Fact]
    public void WhatDropsWinsAndSoDoesWhatIsFoundInReverse()
    {
        var result = TailSamplingImport.Read("""
            policies:
              - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
              - name: no-health
                type: string_attribute
                string_attribute: {key: http.route, values: [/health], invert_match: true}
              - name: drop-bots
                type: drop
                drop: {drop_sub_policy: [{name: bots, type: string_attribute, string_attribute: {key: user_agent, values: [bot]}}]}
            """);
        Assert.Empty(result.NotTaken);
        const string health = """{"type":"attribute","key":"http.route","scopes":["span","resource"],"values":["/health"]}""";
        const string bots = """{"type":"attribute","key":"user_agent","scopes":["span","resource"],"values":["bot"]}""";
        Assert.Equal(
            """{"type":"and","policies":[{"type":"not","policy":{"type":"or","policies":[HEALTH,BOTS]}},{"type":"or","policies":[{"type":"errors"},{"type":"not","policy":HEALTH}]}]}"""
                .Replace("HEALTH", health, StringComparison.Ordinal).Replace("BOTS", bots, StringComparison.Ordinal),
            Text(result.Policy!));
        Assert.Empty(PolicyCheck.Problems(result.Policy!));
    }

    [Fact]
    public void WhatCannotBeTakenIsNamedWithItsLine()
    {
        var result = TailSamplingImport.Read("""
            receivers: {}
            processors:
              tail_sampling/two:
                decision_wait: 10s
                policies:
                  - name: expressions
                    type: ottl_condition
                    ottl_condition: {span: ["true"]}
                  - {name: kept, type: always_sample}
                  - {name: salted, type: probabilistic, probabilistic: {sampling_percentage: 5, hash_salt: x}}
                  - name: broken
                    type: latency
                    latency: {threshold_ms: soon}
                  - {name: patterns, type: string_attribute, string_attribute: {key: k, values: ['(?=x)'], enabled_regex_matching: true}}
            """);
        Assert.Equal("""{"type":"or","policies":[{"type":"always"},{"type":"probability","share":0.05}]}""", Text(result.Policy!));
        Assert.Equal(
            [(4, "decision_wait"), (6, "expressions"), (10, "salted"), (13, "latency"), (11, "broken"), (14, "patterns")],
            result.NotTaken.Select(note => (note.Line, note.What)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a: [")]
    [InlineData("processors: {}")]
    [InlineData("- 3")]
    [InlineData("policies: &a [*a]")]
    [InlineData("policies: [{type: and, and: {and_sub_policy: []}}]")]
    public void WhatMakesNoSenseGivesNoPolicy(string yaml)
    {
        var result = TailSamplingImport.Read(yaml);
        Assert.Null(result.Policy);
        Assert.True(yaml.Length == 0 || result.NotTaken.Count > 0);
    }

    [Fact]
    public void NeitherDepthNorAliasesExhaustAnything()
    {
        Assert.NotEmpty(TailSamplingImport.Read(new string('[', 100_000)).NotTaken);
        var yaml = new StringBuilder("x0: &x0 {type: always_sample}\n");
        for (int i = 1; i < 30; i++)
        {
            yaml.Append($"x{i}: &x{i} {{type: and, and: {{and_sub_policy: [*x{i - 1}, *x{i - 1}]}}}}\n");
        }
        yaml.Append("policies: [*x29]\n");
        var result = TailSamplingImport.Read(yaml.ToString());
        Assert.Null(result.Policy);
    }

    private static string Text(SamplingPolicy policy)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            PolicyWriter.Write(writer, policy);
        }
        return JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(json.ToArray()), Relaxed);
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
