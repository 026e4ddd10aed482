using System.Net;
using System.Text;
using System.Text.Json;
using Clew.Core.Series;
using Clew.Ingest.Sampling;
using Clew.Server.Tests.Api.Support;
using Clew.Storage;
using Clew.Storage.Embedded;
using Clew.Testing;
using Clew.Testing.Files;
using Clew.Testing.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Clew.Server.Tests.Api.Own;

/// <summary>What is sampled, over the API: set, kept over a restart, taken back, tried out.</summary>
public sealed class OwnSamplingTests : IAsyncDisposable
{
    private const string Path = "/api/clew/v1/sampling";
    private const string Errors = """{"policy":{"type":"errors"},"keepLinked":false}""";

    private readonly ManualTimeProvider clock = new();
    private readonly FaultyFileLayer files = new(1);
    private readonly InMemorySeriesStore series = new();
    private readonly EmbeddedSpanStore store;

    public OwnSamplingTests()
    {
        files.CreateDirectory("/data");
        store = EmbeddedSpanStore.Open(
            new EmbeddedStoreOptions { Directory = "/data/store" }, files, NullLogger<EmbeddedSpanStore>.Instance);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task What_is_set_holds_over_a_restart_until_it_is_taken_back()
    {
        await using (var host = await StartAsync())
        {
            var before = await host.Json(Path);
            Assert.Equal(("always", "configuration"), Shown(before));
            Assert.Equal(("errors", "api"), Shown(await SendAsync(host, HttpMethod.Put, Errors)));
        }
        await using (var host = await StartAsync())
        {
            Assert.Equal(("errors", "api"), Shown(await host.Json(Path)));
            Assert.Equal(("always", "configuration"), Shown(await SendAsync(host, HttpMethod.Delete, "")));
        }
        await using (var host = await StartAsync())
        {
            Assert.Equal(("always", "configuration"), Shown(await host.Json(Path)));
        }
    }

    [Fact]
    public async Task What_is_wrong_is_named_and_changes_nothing()
    {
        await using var host = await StartAsync();
        using var response = await host.Client.PutAsync(
            new Uri(Path, UriKind.Relative), new StringContent("""{"policy":{"type":"or","policies":[{"type":"probability","share":2}]}}"""));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("policy.policies[0].share: A share lies between 0 and 1.", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(("always", "configuration"), Shown(await host.Json(Path)));
    }

    [Fact]
    public async Task What_cannot_be_written_down_changes_nothing()
    {
        await using var host = await StartAsync();
        files.Refuse = static operation => operation.Kind == FileOperationKind.Sync ? DiskErrors.NoSpace() : null;
        using var response = await host.Client.PutAsync(new Uri(Path, UriKind.Relative), new StringContent(Errors));
        files.Refuse = null;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(("always", "configuration"), Shown(await host.Json(Path)));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_kept()
    {
        var spans = new SpanBatchBuilder();
        for (ulong trace = 1; trace <= 10; trace++)
        {
            ulong start = (1000 + trace) * 1_000_000_000;
            spans.Span(trace, trace, service: "shop", start: start, end: start + 5);
            spans.Span(trace, 100 + trace, trace, service: "pricing", start: start, end: start + 4, status: trace == 3 ? Clew.Core.Model.StatusCode.Error : default);
        }
        await store.AppendAsync(Clew.Core.Model.Tenant.Default, TraceBatches.Of(spans.Batch), AppendId.None, CancellationToken.None);
        await using var host = await StartAsync();
        var result = await SendAsync(host, HttpMethod.Post, Errors, "/dry-run?from=0&to=2000000000000");
        Assert.Equal(
            (10, 1, 20, 2, true),
            (result.GetProperty("traces").GetInt32(), result.GetProperty("keptTraces").GetInt32(), result.GetProperty("spans").GetInt32(),
             result.GetProperty("keptSpans").GetInt32(), result.GetProperty("complete").GetBoolean()));
        Assert.Equal(["pricing 10 1", "shop 10 1"], result.GetProperty("services").EnumerateArray().Select(service =>
            $"{service.GetProperty("name")} {service.GetProperty("spans")} {service.GetProperty("keptSpans")}"));
        Assert.True(result.GetProperty("bytes").GetInt64() > result.GetProperty("keptBytes").GetInt64());
    }

    [Fact]
    public async Task A_dry_run_says_how_much_of_what_came_it_has_seen()
    {
        var spans = new SpanBatchBuilder();
        for (ulong trace = 1; trace <= 10; trace++)
        {
            spans.Span(trace, trace, start: (1000 + trace) * 1_000_000_000, end: ((1000 + trace) * 1_000_000_000) + 5);
        }
        await store.AppendAsync(Clew.Core.Model.Tenant.Default, TraceBatches.Of(spans.Batch), AppendId.None, CancellationToken.None);
        await using var host = await StartAsync();
        foreach (var (more, share) in new[] { (10UL, 1.0), (30UL, 0.25) })
        {
            // Of all that came, the store has ten.
            var delta = new SeriesDelta();
            delta.Add(delta.CellOf(SeriesKey.Red("svc", "op", default, default), 1000_000_000_000), 5, isError: false, more);
            series.Commit(await series.BeginAsync(Clew.Core.Model.Tenant.Default, delta, CancellationToken.None));
            var result = await SendAsync(host, HttpMethod.Post, Errors, "/dry-run?from=0&to=2000000000000");
            var seen = result.GetProperty("seen");
            Assert.Equal(
                ("1001000000000", "1010000000000", share),
                (seen.GetProperty("from").GetString(), seen.GetProperty("to").GetString(), seen.GetProperty("share").GetDouble()));
            Assert.Equal(share < 1, result.TryGetProperty("notes", out var notes));
            if (share < 1)
            {
                Assert.StartsWith("Of 40 spans that came in this time 10 (25 %) were looked at:", notes[0].GetString(), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("/services?adjusted=true", "services")]
    [InlineData("/operations?adjusted=true", "operations")]
    public async Task Catalogs_say_what_sampled_spans_stand_for(string path, string list)
    {
        var spans = new SpanBatchBuilder();
        for (ulong trace = 1; trace <= 10; trace++)
        {
            int row = spans.Span(trace, trace, start: trace, end: trace + 1);
            spans.Batch.Spans.TraceStates[row] = trace <= 4 ? spans.Id("ot=th:c") : 0;
        }
        await store.AppendAsync(Clew.Core.Model.Tenant.Default, TraceBatches.Of(spans.Batch), AppendId.None, CancellationToken.None);
        await using var host = await StartAsync();
        var entry = Assert.Single((await host.Json("/api/clew/v1" + path)).GetProperty(list).EnumerateArray());
        Assert.Equal((10, 22), (entry.GetProperty("spanCount").GetInt32(), entry.GetProperty("adjustedCount").GetDouble()));
        var plain = Assert.Single((await host.Json("/api/clew/v1" + path.Split('?')[0])).GetProperty(list).EnumerateArray());
        Assert.False(plain.TryGetProperty("adjustedCount", out _));
    }

    [Fact]
    public async Task A_collectors_policies_are_imported()
    {
        await using var host = await StartAsync();
        var result = await SendAsync(host, HttpMethod.Post, "policies:\n  - {name: a, type: always_sample}\n  - {name: b, type: odd}\n", "/import");
        Assert.Equal("always", result.GetProperty("config").GetProperty("policy").GetProperty("type").GetString());
        Assert.Equal((3, "b"), (result.GetProperty("notTaken")[0].GetProperty("line").GetInt32(), result.GetProperty("notTaken")[0].GetProperty("what").GetString()));
    }

    private Task<ApiHost> StartAsync() => ApiHost.Own(store, more: services =>
    {
        var options = new SamplingOptions { Directory = "/data/sampling" };
        var sampler = new TraceSampler(options, SamplingConfig.KeepAll, files, null, clock);
        services.AddSingleton(sampler);
        services.AddSingleton(new SamplingControl(SamplingConfig.KeepAll, new SavedSampling(options, files), sampler));
        services.AddSingleton<ISpanStore>(store);
        services.AddSingleton<ISeriesStore>(series);
        services.AddSingleton<DryRun>();
        services.AddSingleton<TimeProvider>(clock);
    });

    private static async Task<JsonElement> SendAsync(ApiHost host, HttpMethod method, string body, string below = "")
    {
        using var request = new HttpRequestMessage(method, Path + below) { Content = new StringContent(body, Encoding.UTF8) };
        using var response = await host.Client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static (string?, string?) Shown(JsonElement answer) =>
        (answer.GetProperty("config").GetProperty("policy").GetProperty("type").GetString(), answer.GetProperty("setBy").GetString());
}
