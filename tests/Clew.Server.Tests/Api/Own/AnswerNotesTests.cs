using System.Net;
using Clew.Core.Columns;
using Clew.Core.Model;
using Clew.Core.Series;
using Clew.Ingest.Counting;
using Clew.Ingest.Intake;
using Clew.Query.Tests.Support;
using Clew.Server.Tests.Api.Support;
using Clew.Storage;
using Clew.Testing;
using Clew.Testing.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tests.Api.Own;

/// <summary>What answers may lack, or have got since, is told by those that it concerns, and by no other.</summary>
public sealed class AnswerNotesTests
{
    [Theory]
    [InlineData("/services?")]
    [InlineData("/operations?")]
    [InlineData("/search?")]
    [InlineData("/red?")]
    [InlineData("/service-map?")]
    public async Task Overload_is_told_about_its_own_time_only(string path)
    {
        var clock = new ManualTimeProvider();
        var refusals = new RefusedPeriods(clock);
        await using var host = await ApiHost.Own(new MemorySpanSource(), more: services => services.AddSingleton(refusals));
        const string During = "from=2025-12-31T23:30:00Z&to=2026-01-01T00:30:00Z";
        const string After = "from=2026-01-01T00:10:00Z&to=2026-01-01T00:30:00Z";
        Assert.False((await host.Json("/api/clew/v1" + path + During)).TryGetProperty("notes", out _));
        refusals.Note();
        clock.Advance(TimeSpan.FromSeconds(5));
        refusals.Note();
        var notes = (await host.Json("/api/clew/v1" + path + During)).GetProperty("notes");
        Assert.Contains("Between 2026-01-01 00:00:00 and 00:00:05 UTC", notes[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("2 payloads were refused", notes[0].GetString(), StringComparison.Ordinal);
        Assert.False((await host.Json("/api/clew/v1" + path + After)).TryGetProperty("notes", out _));
    }

    [Theory]
    [InlineData("/red?")]
    [InlineData("/service-map?")]
    public async Task Late_spans_are_told_with_the_counts_of_their_time(string path)
    {
        var arrivals = await ArrivalsAsync();
        await using var host = await ApiHost.Own(new MemorySpanSource(), more: services => services.AddSingleton(arrivals));
        var notes = (await host.Json($"/api/clew/v1{path}from=2025-12-31T23:30:00Z&to=2026-01-01T00:30:00Z")).GetProperty("notes");
        Assert.StartsWith("2 spans of this time came late, after the traces had been closed.", Assert.Single(notes.EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.False((await host.Json($"/api/clew/v1{path}from=2026-01-01T00:10:00Z&to=2026-01-01T00:30:00Z")).TryGetProperty("notes", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/summary")]
    [InlineData("/skeleton")]
    [InlineData("/spans/1")]
    public async Task Late_spans_are_told_with_their_trace(string path)
    {
        var source = new MemorySpanSource();
        var spans = Late();
        spans.Span(2, 1);
        source.Add(spans.Batch, [0], TraceFlags.None);
        source.Add(spans.Batch, [1], TraceFlags.Late);
        source.Add(spans.Batch, [2], TraceFlags.None);
        var arrivals = await ArrivalsAsync();
        await using (var host = await ApiHost.Own(source, more: services => services.AddSingleton(arrivals)))
        {
            Assert.Equal("2 spans came late, after the trace had been closed.", await NoteAsync(host, 1));
            Assert.Null(await NoteAsync(host, 2));
        }
        // How many is not remembered for ever.
        await using var later = await ApiHost.Own(source);
        Assert.Equal("Spans came late, after the trace had been closed.", await NoteAsync(later, 1));

        async Task<string?> NoteAsync(ApiHost host, int trace)
        {
            using var response = await host.Client.GetAsync($"/api/clew/v1/traces/{trace}{path}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return response.Headers.TryGetValues("Clew-Notes", out var values) ? Assert.Single(values) : null;
        }
    }

    [Theory]
    [InlineData("/red?by=service")]
    [InlineData("/service-map?")]
    public async Task Names_that_count_as_one_are_told(string path)
    {
        var series = new InMemorySeriesStore();
        var delta = new SeriesDelta();
        delta.Add(delta.CellOf(SeriesKey.Red(SeriesLabels.Folded, "op", SpanKind.Server, StatusCode.Unset), SharedTraces.Start), 5, isError: false);
        delta.Add(delta.CellOf(SeriesKey.Red("shop", "op", SpanKind.Server, StatusCode.Unset), SharedTraces.Start + (100 * SharedTraces.Second)), 5, isError: false);
        series.Commit(await series.BeginAsync(Tenant.Default, delta, CancellationToken.None));
        await using var host = await ApiHost.Own(new MemorySpanSource(), more: services => services.AddSingleton<ISeriesStore>(series));
        var folded = await host.Json($"/api/clew/v1{path}&from={SharedTraces.Start}&to={SharedTraces.Start + (50 * SharedTraces.Second)}");
        Assert.Contains("(other)", Assert.Single(folded.GetProperty("notes").EnumerateArray()).GetString(), StringComparison.Ordinal);
        var apart = await host.Json($"/api/clew/v1{path}&from={SharedTraces.Start + (50 * SharedTraces.Second)}&to={SharedTraces.Start + (200 * SharedTraces.Second)}");
        Assert.False(apart.TryGetProperty("notes", out _));
    }

    [Fact]
    public async Task A_trace_that_may_be_lost_is_not_simply_unknown()
    {
        var source = new MemorySpanSource { Unreadable = "Segment 7 is damaged." };
        await using var own = await ApiHost.Own(source);
        foreach (string path in (string[])["", "/summary", "/skeleton", "/spans/1", "/search?q=a"])
        {
            using var response = await own.Client.GetAsync($"/api/clew/v1/traces/1{path}");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal("Segment 7 is damaged.", Assert.Single(response.Headers.GetValues("Clew-Partial")));
            Assert.Contains("It may have been lost: Segment 7 is damaged.", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        await using var jaeger = await ApiHost.Jaeger(source);
        using var single = await jaeger.Client.GetAsync("/api/traces/1");
        Assert.Equal(HttpStatusCode.NotFound, single.StatusCode);
        Assert.Contains("It may have been lost: Segment 7 is damaged.", await single.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var several = await jaeger.Json("/api/traces?traceID=1&traceID=2");
        Assert.All(several.GetProperty("errors").EnumerateArray(), error => Assert.Contains("may have been lost", error.GetProperty("msg").GetString(), StringComparison.Ordinal));
        Assert.Equal(2, several.GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public async Task Jaegers_clients_are_warned_of_what_a_trace_may_lack()
    {
        var source = new MemorySpanSource { Incomplete = "A file is damaged." };
        source.AddAll(Late().Batch);
        await using var host = await ApiHost.Jaeger(source);
        foreach (string path in (string[])["/api/traces/1", "/api/traces?traceID=1"])
        {
            var trace = Assert.Single((await host.Json(path)).GetProperty("data").EnumerateArray());
            Assert.Equal("A file is damaged.", Assert.Single(trace.GetProperty("warnings").EnumerateArray()).GetString());
        }
        // In a list it is the list that lacks something.
        var list = await host.Json("/api/traces?service=svc&start=0&end=1800000000000000");
        Assert.Single(list.GetProperty("data").EnumerateArray());
        Assert.Equal("A file is damaged.", Assert.Single(list.GetProperty("errors").EnumerateArray()).GetProperty("msg").GetString());
    }

    private static SpanBatchBuilder Late()
    {
        var spans = new SpanBatchBuilder();
        spans.Span(1, 1, start: SharedTraces.Start, end: SharedTraces.Start + 5);
        spans.Span(1, 2, 1, start: SharedTraces.Start, end: SharedTraces.Start + 4);
        return spans;
    }

    /// <summary>Two late spans have been counted.</summary>
    private static async Task<LateArrivals> ArrivalsAsync()
    {
        var arrivals = new LateArrivals();
        var counting = new BatchCounting(new InMemorySeriesStore(), new CountingOptions(), new ManualTimeProvider(), arrivals: arrivals);
        var traces = TraceBatches.Of(Late().Batch, selfTimes: true);
        traces.Traces.Flags[0] |= TraceFlags.Late;
        await counting.AppendAsync(new InMemorySpanStore(), Tenant.Default, traces, 0, null, CancellationToken.None);
        return arrivals;
    }
}
