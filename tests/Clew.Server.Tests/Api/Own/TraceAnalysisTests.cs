using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Query.Tests.Support;
using Clew.Server.Tests.Api.Support;
using Clew.Testing;

namespace Clew.Server.Tests.Api.Own;

/// <summary>What the API says of clocks, critical path and oddities; times as received stay what they were.</summary>
public sealed class TraceAnalysisTests
{
    private const ulong Ms = 1_000_000;
    private const ulong Start = SharedTraces.Start;

    [Fact]
    public async Task A_skeleton_has_received_and_corrected_times_and_the_path()
    {
        await using var host = await ApiHost.Own(Skewed());
        var skeleton = new Skeleton(await host.Client.GetByteArrayAsync($"/api/clew/v1/traces/{SharedTraces.Id(1)}/skeleton"));
        Assert.Equal(512 | 1024 | 4096, skeleton.Flags);
        Assert.Equal([0.0, 10 * Ms, 5020 * Ms], skeleton.Starts);
        Assert.Equal([0.0, 10 * Ms, 20 * Ms], skeleton.CorrectedStarts!);
        Assert.Equal([20.0 * Ms, 20 * Ms, 60 * Ms], skeleton.CriticalTimes);
        Assert.Equal(skeleton.CriticalTimes, skeleton.SelfTimes);
        Assert.Equal([0, 0, 128], skeleton.SpanFlags.Select(flag => (int)flag));
        Assert.Equal(
            [(0, 0.0, 10.0 * Ms), (1, 10 * Ms, 20 * Ms), (2, 20 * Ms, 80 * Ms), (1, 80 * Ms, 90 * Ms), (0, 90 * Ms, 100 * Ms)],
            skeleton.Sections);
    }

    [Fact]
    public async Task A_summary_names_what_is_odd_and_why_the_trace_was_closed()
    {
        await using var host = await ApiHost.Own(Skewed());
        var json = await host.Json($"/api/clew/v1/traces/{SharedTraces.Id(1)}/summary");
        Assert.Equal("""["clocks corrected","late spans"]""", json.GetProperty("notes").GetRawText());
        Assert.Equal("bound", json.GetProperty("closed").GetString());
        Assert.Equal("pricing 60000000", json.GetProperty("services").EnumerateArray()
            .Select(service => $"{service.GetProperty("name").GetString()} {service.GetProperty("criticalTime").GetString()}").First());
    }

    [Fact]
    public async Task A_span_says_by_how_much_its_clock_differs()
    {
        await using var host = await ApiHost.Own(Skewed());
        var span = (await host.Json($"/api/clew/v1/traces/{SharedTraces.Id(1)}/spans/3")).GetProperty("spans")[0];
        Assert.Equal("-5000000000", span.GetProperty("clockOffset").GetString());
        Assert.Equal(2, span.GetProperty("depth").GetInt32());
        Assert.Equal("60000000", span.GetProperty("criticalTime").GetString());
        Assert.Equal((Start + (5020 * Ms)).ToString(System.Globalization.CultureInfo.InvariantCulture), span.GetProperty("start").GetString());
        Assert.StartsWith("its host's clock differs", span.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
        Assert.False((await host.Json($"/api/clew/v1/traces/{SharedTraces.Id(1)}/spans/2")).GetProperty("spans")[0].TryGetProperty("clockOffset", out _));
    }

    [Fact]
    public async Task Jaegers_clients_get_times_as_received_and_its_own_warning()
    {
        await using var host = await ApiHost.Jaeger(Skewed());
        var spans = (await host.Json("/api/traces/1")).GetProperty("data")[0].GetProperty("spans");
        Assert.Equal((Start + (5020 * Ms)) / 1000, spans[2].GetProperty("startTime").GetUInt64());
        Assert.Equal(
            """["clock skew adjustment disabled; not applying calculated delta of -5s"]""", spans[2].GetProperty("warnings").GetRawText());
        Assert.Equal("null", spans[1].GetProperty("warnings").GetRawText());
    }

    /// <summary>A server that is five seconds ahead; it came late.</summary>
    private static MemorySpanSource Skewed()
    {
        var b = new SpanBatchBuilder();
        b.Span(1, 1, name: "POST /checkout", service: "storefront", start: Start, end: Start + (100 * Ms), kind: SpanKind.Server);
        b.Span(1, 2, 1, name: "GET /quote", service: "storefront", start: Start + (10 * Ms), end: Start + (90 * Ms), kind: SpanKind.Client);
        b.Span(1, 3, 2, name: "GET /quote", service: "pricing", start: Start + (5020 * Ms), end: Start + (5080 * Ms), kind: SpanKind.Server);
        var source = new MemorySpanSource();
        source.Add(b.Batch, [0, 1, 2], TraceFlags.Late | TraceFlags.ClosedAtBound);
        return source;
    }
}
