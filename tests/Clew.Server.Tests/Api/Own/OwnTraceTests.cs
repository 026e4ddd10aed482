using System.Net;
using System.Text.Json;
using Clew.Core.Columns;
using Clew.Query.Tests.Support;
using Clew.Server.Tests.Api.Support;
using Clew.Testing;

namespace Clew.Server.Tests.Api.Own;

public sealed class OwnTraceTests
{
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public async Task Every_field_of_every_span_comes_back_as_OTLP_JSON(int seed)
    {
        var source = new MemorySpanSource();
        var batch = new SpanGenerator(seed).Batch(400, 4);
        source.AddAll(batch);
        await using var host = await ApiHost.Own(source);
        var expected = new List<string>();
        var actual = new List<string>();
        foreach (var part in source.Parts)
        {
            expected.AddRange(part.Rows.Select(r => SpanText.Line(batch, r)).Distinct());
            actual.AddRange(SpanText.Sorted(OtlpJsonText.Read(await host.Json($"/api/clew/v1/traces/{part.TraceId}"))));
        }
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_long_trace_is_handed_on_piece_by_piece_and_whole()
    {
        var source = new MemorySpanSource();
        source.AddAll(new SpanGenerator(7).Batch(20_000, 1));
        await using var host = await ApiHost.Own(source);
        var json = await host.Json($"/api/clew/v1/traces/{SharedTraces.Id(1)}");
        Assert.Equal(20_000, OtlpJsonText.Read(json).Count);
    }

    [Theory]
    [InlineData(4), InlineData(5)]
    public async Task A_skeleton_holds_the_tree_of_the_spans(int seed)
    {
        var source = new MemorySpanSource();
        var batch = new SpanGenerator(seed).Batch(300, 6);
        source.AddAll(batch);
        await using var host = await ApiHost.Own(source);
        foreach (var part in source.Parts)
        {
            var skeleton = new Skeleton(await host.Client.GetByteArrayAsync($"/api/clew/v1/traces/{part.TraceId}/skeleton"));
            Assert.Equal(part.TraceId.ToString(), skeleton.TraceId);
            Assert.Equal(part.Position.StartTime, skeleton.Start);
            Assert.Equal(part.Rows.Max(r => Math.Max(batch.Spans.EndTimes[r], skeleton.Start)) - skeleton.Start, skeleton.Duration);
            var byId = part.Rows.ToDictionary(r => batch.Spans.SpanIds[r].ToString());
            Assert.Equal(byId.Count, skeleton.SpanIds.Length);
            for (int i = 0; i < skeleton.SpanIds.Length; i++)
            {
                int row = byId[skeleton.SpanIds[i]];
                Assert.Equal(batch.Text(batch.Spans.Names[row]), skeleton.Names[i]);
                Assert.Equal(batch.Text(batch.ServiceName(row)), skeleton.Services[i]);
                Assert.Equal((double)(batch.Spans.StartTimes[row] - skeleton.Start), skeleton.Starts[i]);
                Assert.Equal((double)batch.Spans.Duration(row), skeleton.Durations[i]);
                Assert.InRange(skeleton.SelfTimes[i], 0, skeleton.Durations[i]);
                // These traces span decades: a section's ends are rounded to 256 ns.
                Assert.Equal(
                    skeleton.Sections.Where(section => section.Span == i).Sum(section => section.End - section.Start),
                    skeleton.CriticalTimes[i], tolerance: 512 * (1 + skeleton.Sections.Length));
                Assert.Equal((byte)batch.Spans.Kinds[row], skeleton.Kinds[i]);
                Assert.Equal((byte)batch.Spans.StatusCodes[row], skeleton.Statuses[i]);
                Assert.Equal(batch.Spans.EndTimes[row] < batch.Spans.StartTimes[row], (skeleton.SpanFlags[i] & 1) != 0);
                Assert.Equal(batch.Spans.Events[row].Count > 0, (skeleton.SpanFlags[i] & 4) != 0);
                Assert.Equal(batch.Spans.Links[row].Count > 0, (skeleton.SpanFlags[i] & 8) != 0);
                string parent = batch.Spans.ParentSpanIds[row].ToString();
                if (skeleton.Parents[i] >= 0)
                {
                    Assert.InRange(skeleton.Parents[i], 0, i - 1);
                    Assert.Equal(parent, skeleton.SpanIds[skeleton.Parents[i]]);
                }
                else
                {
                    Assert.True(batch.Spans.ParentSpanIds[row].IsEmpty || !byId.ContainsKey(parent) || (skeleton.SpanFlags[i] & 32) != 0);
                    Assert.Equal(!batch.Spans.ParentSpanIds[row].IsEmpty && !byId.ContainsKey(parent), (skeleton.SpanFlags[i] & 2) != 0);
                }
                Assert.Equal(1u + (uint)Enumerable.Range(0, skeleton.Parents.Length).Where(c => skeleton.Parents[c] == i).Sum(c => skeleton.SubtreeSizes[c]), skeleton.SubtreeSizes[i]);
            }
        }
    }

    [Fact]
    public async Task A_skeleton_says_what_is_wrong_with_its_trace()
    {
        await using var host = await ApiHost.Own(SharedTraces.Source());
        async Task<int> Flags(string id) => new Skeleton(await host.Client.GetByteArrayAsync($"/api/clew/v1/traces/{id}/skeleton")).Flags;
        Assert.Equal(0, await Flags(SharedTraces.Id(1)));
        Assert.Equal(4 | 8 | 64, await Flags(SharedTraces.Id(2)));
        Assert.Equal(1, await Flags(SharedTraces.Id(3)));
    }

    [Fact]
    public async Task All_that_is_known_of_a_span_is_told()
    {
        await using var host = await ApiHost.Own(SharedTraces.Source());
        var json = await host.Json($"/api/clew/v1/traces/{SharedTraces.Id(1)}/spans/0000000000000012");
        string expected = """
            {"spans":[{"traceId":"00000000000000000000000000000001","spanId":"0000000000000012","parentSpanId":"0000000000000011",
            "name":"GET /quote","kind":"client","service":"pricing","start":"1767225601000000000","end":"1767225602000000000",
            "duration":"1000000000","selfTime":"1000000000","criticalTime":"1000000000","depth":1,"status":{"code":"error","message":"partner timed out"},"traceState":"vendor=1","flags":257,
            "attributes":[
            {"key":"nan","type":"double","value":"NaN"},{"key":"inf","type":"double","value":"-Infinity"},
            {"key":"big","type":"int","value":"9223372036854775807"},{"key":"blob","type":"bytes","value":"AP8="},
            {"key":"nothing","type":"empty"},
            {"key":"list","type":"array","value":[{"type":"int","value":"1"},{"type":"string","value":"two"},
            {"type":"array","value":[{"type":"bool","value":true}]}]},
            {"key":"map","type":"map","value":[{"key":"k","type":"double","value":1.5},{"key":"nan","type":"double","value":"NaN"}]}],
            "droppedAttributesCount":0,
            "events":[{"time":"1767225601000001500","name":"exception","attributes":[{"key":"exception.type","type":"string","value":"Timeout"}],
            "droppedAttributesCount":2}],"droppedEventsCount":0,
            "links":[{"traceId":"00000000000000070000000000000008","spanId":"0000000000000009","flags":0,
            "attributes":[{"key":"link.kind","type":"string","value":"batch"}],"droppedAttributesCount":0}],"droppedLinksCount":0,
            "scope":{"name":"test","version":"1.0","attributes":[],"droppedAttributesCount":0},
            "resource":{"attributes":[{"key":"service.name","type":"string","value":"pricing"}],"droppedAttributesCount":0},
            "notes":[]}]}
            """;
        Assert.Equal(expected.ReplaceLineEndings(""), json.GetRawText());
    }

    [Fact]
    public async Task Hostile_and_broken_content_is_readable_everywhere()
    {
        await using var host = await ApiHost.Own(SharedTraces.Source());
        var span = (await host.Json($"/api/clew/v1/traces/{SharedTraces.Id(2)}/spans/21")).GetProperty("spans")[0];
        Assert.Equal(SharedTraces.Hostile, span.GetProperty("name").GetString());
        Assert.Equal(SharedTraces.Hostile, span.GetProperty("service").GetString());
        Assert.Equal(SharedTraces.Hostile, span.GetProperty("attributes")[0].GetProperty("key").GetString());
        Assert.Equal("0", span.GetProperty("duration").GetString());
        Assert.Equal(["end before start", "its parent is missing"], span.GetProperty("notes").EnumerateArray().Select(n => n.GetString()));

        var broken = (await host.Json($"/api/clew/v1/traces/{SharedTraces.Id(3)}/spans/31")).GetProperty("spans")[0];
        Assert.StartsWith("a\uFFFD", broken.GetProperty("name").GetString(), StringComparison.Ordinal);
        Assert.Equal("bytes", broken.GetProperty("attributes")[0].GetProperty("type").GetString());
        Assert.Equal("Cn8B", broken.GetProperty("attributes")[0].GetProperty("value").GetString());
        var otlp = OtlpJsonText.Read(await host.Json($"/api/clew/v1/traces/{SharedTraces.Id(3)}"));
        Assert.Equal(Core.Model.AttributeType.Bytes, otlp.Attributes.Types[otlp.Spans.Attributes[0].Start]);
        Assert.Equal(JsonValueKind.Array, (await host.Json($"/api/clew/v1/traces/{SharedTraces.Id(3)}/search?q=x")).GetProperty("spanIds").ValueKind);
        Assert.Equal(4, (await host.Json("/api/clew/v1/search")).GetProperty("traces").GetArrayLength());
    }

    [Theory]
    [InlineData("POST /CHECKOUT", "11")]
    [InlineData("quote", "12")]
    [InlineData("pric", "12")]
    [InlineData("timeout", "12")] // in an event
    [InlineData("TIMED OUT", "12")] // status message
    [InlineData("link.KIND", "12")]
    [InlineData("9223372036854775807", "12")]
    [InlineData("nan", "12")]
    [InlineData("two", "12")] // nested
    [InlineData("AP8=", "12")]
    [InlineData("false", "11")]
    [InlineData("test", "11,12")] // scope
    [InlineData("absent text", "")]
    [InlineData("%00", "")]
    public async Task A_text_is_found_wherever_it_lies_in_a_span(string text, string spans)
    {
        await using var host = await ApiHost.Own(SharedTraces.Source());
        string q = text == "%00" ? text : Uri.EscapeDataString(text);
        var found = await host.Json($"/api/clew/v1/traces/{SharedTraces.Id(1)}/search?q={q}");
        Assert.Equal(
            spans.Length == 0 ? [] : spans.Split(',').Select(s => s.PadLeft(16, '0')),
            found.GetProperty("spanIds").EnumerateArray().Select(e => e.GetString()!));
    }

    [Theory]
    [InlineData("/traces/ff", HttpStatusCode.NotFound)]
    [InlineData("/traces/ff/skeleton", HttpStatusCode.NotFound)]
    [InlineData("/traces/ff/search?q=a", HttpStatusCode.NotFound)]
    [InlineData("/traces/1/spans/99", HttpStatusCode.NotFound)]
    [InlineData("/traces/xyz", HttpStatusCode.BadRequest)]
    [InlineData("/traces/123456789012345678901234567890123", HttpStatusCode.BadRequest)]
    [InlineData("/traces/1/spans/12345678901234567", HttpStatusCode.BadRequest)]
    [InlineData("/traces/1/search", HttpStatusCode.BadRequest)]
    [InlineData("/traces/1/search?q=", HttpStatusCode.BadRequest)]
    [InlineData("/traces/1?x=1", HttpStatusCode.BadRequest)]
    [InlineData("/nothing/here", HttpStatusCode.NotFound)]
    public async Task What_is_not_there_is_said_as_a_problem(string path, HttpStatusCode status)
    {
        await using var host = await ApiHost.Own(SharedTraces.Source());
        using var response = await host.Client.GetAsync("/api/clew/v1" + path);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }
}
