using System.Net;
using System.Text.Json;
using Clew.Core.Model;
using Clew.Server.Tests.Api.Support;
using Clew.Storage;
using Clew.Testing;
using Clew.Testing.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Server.Tests.Api.Own;

/// <summary>Figures from the series store, as the API gives them.</summary>
public sealed class OwnSeriesTests
{
    private const string Prefix = "/api/clew/v1";

    [Fact]
    public async Task Without_a_step_each_operation_is_one_point()
    {
        await using var host = await HostAsync();
        var answer = await host.Json($"{Prefix}/red?{Range()}");
        Assert.Equal(
            ["pricing GET /quote server 36 0", "shop GET client 36 0", "shop POST /checkout server 36 6"],
            answer.GetProperty("series").EnumerateArray().Select(Line));
        var checkout = answer.GetProperty("series")[2].GetProperty("points")[0].GetProperty("duration");
        Assert.Equal("4800000000", checkout.GetProperty("sum").GetString());
        Assert.Equal("100000000", checkout.GetProperty("min").GetString());
        Assert.InRange(ulong.Parse(checkout.GetProperty("p50").GetString()!), 99_000_000UL, 101_000_000UL);
        Assert.Equal("300000000", checkout.GetProperty("max").GetString());
        Assert.Equal("0", answer.GetProperty("step").GetString());
        Assert.False(answer.TryGetProperty("partial", out _));
    }

    [Fact]
    public async Task Steps_filters_and_groups_are_those_asked_for()
    {
        await using var host = await HostAsync();
        var answer = await host.Json($"{Prefix}/red?{Range()}&service=shop&kind=server&by=status&by=service&step=1m");
        Assert.Equal("60000000000", answer.GetProperty("step").GetString());
        var series = answer.GetProperty("series").EnumerateArray().ToList();
        Assert.Equal(["shop error", "shop unset"], series.Select(s => $"{s.GetProperty("service")} {s.GetProperty("status")}"));
        Assert.Equal(
            [(SharedSeries.Start, 10), (SharedSeries.Start + 60_000_000_000, 10), (SharedSeries.Start + 120_000_000_000, 10)],
            series[1].GetProperty("points").EnumerateArray().Select(p => (ulong.Parse(p.GetProperty("time").GetString()!), p.GetProperty("count").GetInt32())));
        var second = await host.Json($"{Prefix}/red?from={SharedSeries.Start + 60_000_000_000}&to={SharedSeries.Start + 70_000_000_000}&by=kind&status=unset");
        Assert.Equal([12, 22], second.GetProperty("series").EnumerateArray().Select(s => s.GetProperty("points")[0].GetProperty("count").GetInt32()));
        Assert.Empty((await host.Json($"{Prefix}/red")).GetProperty("series").EnumerateArray());
    }

    [Fact]
    public async Task Traces_that_stand_for_others_are_told_while_they_are_stored()
    {
        var spans = new SpanBatchBuilder();
        spans.Span(100, 1);
        spans.Span(SharedSeries.FailedTrace, 1);
        var stored = new InMemorySpanStore();
        await stored.AppendAsync(Tenant.Default, TraceBatches.Of(spans.Batch), CancellationToken.None);
        await using var host = await HostAsync(stored);
        var series = (await host.Json($"{Prefix}/red?{Range()}")).GetProperty("series").EnumerateArray().ToList();
        var checkout = series[2].GetProperty("points")[0].GetProperty("exemplars");
        string failed = new TraceId(0, SharedSeries.FailedTrace).ToString();
        Assert.Equal(failed, checkout.GetProperty("slow").GetProperty("traceId").GetString());
        Assert.Equal("300000000", checkout.GetProperty("slow").GetProperty("duration").GetString());
        Assert.Equal(failed, checkout.GetProperty("failed").GetProperty("traceId").GetString());
        Assert.Equal(new TraceId(0, 100).ToString(), checkout.GetProperty("typical").GetProperty("traceId").GetString());
        // The trace that stands for these is not stored any more.
        Assert.False(series[0].GetProperty("points")[0].TryGetProperty("exemplars", out _));
    }

    [Fact]
    public async Task The_map_holds_services_and_what_they_tell_of()
    {
        await using var host = await HostAsync();
        var map = await host.Json($"{Prefix}/service-map?{Range()}");
        Assert.Equal(
            [
                " outside 0", "(outside) unnamed 0", "bank.example outside 0", "kafka/orders queue 0", "postgresql/prices database 0", "pricing service 36",
                "shop service 72",
            ],
            map.GetProperty("nodes").EnumerateArray().Select(n => $"{n.GetProperty("name")} {n.GetProperty("type")} {n.GetProperty("spanCount")}"));
        var edges = map.GetProperty("edges").EnumerateArray().ToList();
        Assert.Equal(
            [
                "(outside) > shop http 12 2 0/0/12", "kafka/orders > shop messaging 4 0 0/0/4", "pricing >  other 5 0 5/0/0",
                "pricing > postgresql/prices database 30 0 0/30/0", "shop > bank.example http 6 0 0/6/0", "shop > pricing http 13 1 12/1/0",
                "shop > pricing rpc 3 0 3/0/0", "shop > shop http 1 0 1/0/0",
            ],
            edges.Select(EdgeLine));
        var paired = edges[5];
        Assert.Equal("900000000", paired.GetProperty("clientDuration").GetProperty("max").GetString());
        Assert.Equal("40000000", paired.GetProperty("serverDuration").GetProperty("max").GetString());
        Assert.False(edges[6].TryGetProperty("clientDuration", out _));
    }

    [Theory]
    [InlineData("/red?by=color")]
    [InlineData("/red?kind=big")]
    [InlineData("/red?status=fine")]
    [InlineData("/red?step=soon")]
    [InlineData("/red?step=1ns")]
    [InlineData("/red?from=2&to=1")]
    [InlineData("/service-map?from=x")]
    [InlineData("/service-map?service=a")]
    public async Task What_does_not_parse_is_refused(string request)
    {
        await using var host = await HostAsync();
        using var response = await host.Client.GetAsync(new Uri(Prefix + request, UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static string Range() => $"from={SharedSeries.Start}&to={SharedSeries.Start + 3_600_000_000_000}";

    private static string Line(JsonElement series)
    {
        var point = Assert.Single(series.GetProperty("points").EnumerateArray());
        return $"{series.GetProperty("service")} {series.GetProperty("operation")} {series.GetProperty("kind")} {point.GetProperty("count")} {point.GetProperty("errors")}";
    }

    private static string EdgeLine(JsonElement edge)
    {
        var seen = edge.GetProperty("seenBy");
        return $"{edge.GetProperty("client")} > {edge.GetProperty("server")} {edge.GetProperty("connection")} {edge.GetProperty("calls")} "
            + $"{edge.GetProperty("errors")} {seen.GetProperty("both")}/{seen.GetProperty("clientOnly")}/{seen.GetProperty("serverOnly")}";
    }

    private static async Task<ApiHost> HostAsync(InMemorySpanStore? spans = null)
    {
        var store = await SharedSeries.StoreAsync();
        return await ApiHost.Own(SharedTraces.Source(), more: services => services.AddSingleton<ISeriesStore>(store).AddSingleton<ISpanStore>(spans ?? new InMemorySpanStore()));
    }
}
