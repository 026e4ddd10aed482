using System.Net.Http.Json;
using System.Text.Json;
using Clew.Core.Scan;
using Clew.Query;
using Clew.Query.Tests.Support;
using Clew.Server.Api;
using Clew.Server.Api.Http;
using Clew.Server.Api.Jaeger;
using Clew.Server.Api.Own;
using Clew.Storage;
using Clew.Testing;
using Clew.Testing.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Clew.Server.Tests.Api.Support;

/// <summary>One of the APIs over real HTTP on a port that the system chose.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public static readonly Uri WebUi = new("http://ui.example:4319/");

    private readonly WebApplication app;

    private ApiHost(WebApplication app, HttpClient client)
    {
        this.app = app;
        Client = client;
    }

    public HttpClient Client { get; }

    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()];

    public static Task<ApiHost> Own(ISpanSource source, QueryOptions? options = null, Action<IServiceCollection>? more = null) =>
        Start([source], options, more, app => app.MapOwnApi());

    public static Task<ApiHost> Jaeger(ISpanSource source, TimeProvider? time = null, Action<IServiceCollection>? more = null, JaegerOptions? jaeger = null) =>
        Start(
            [source], null,
            services =>
            {
                services.AddSingleton(time ?? new ManualTimeProvider());
                more?.Invoke(services);
            },
            app => app.MapJaegerApi(jaeger ?? new JaegerOptions { WebUi = _ => WebUi }));

    public async Task<JsonElement> Json(string path)
    {
        using var response = await Client.GetAsync(path);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }

    private static async Task<ApiHost> Start(
        IReadOnlyList<ISpanSource> sources, QueryOptions? options, Action<IServiceCollection>? more, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IStatusSource, FixedStatus>();
        more?.Invoke(builder.Services);
        builder.Services.TryAddSingleton<ISeriesStore>(new InMemorySeriesStore());
        builder.Services.TryAddSingleton<ISpanStore>(new InMemorySpanStore());
        builder.Services.AddQuery(options ?? new QueryOptions(), _ => sources);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
#pragma warning disable CA2000 // the client disposes it
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
#pragma warning restore CA2000
        return new ApiHost(app, new HttpClient(handler) { BaseAddress = new Uri(address) });
    }

    private sealed class FixedStatus : IStatusSource
    {
        public ServerStatus GetStatus() => new(
            "0.1.0", DateTimeOffset.UnixEpoch, new ServerHealth("warn", ["The disk is 91 % full."]),
            new ServerEndpoints("127.0.0.1:4317", null, "127.0.0.1:4319", null),
            new SpanFigures(10, 1, 6, 3), new StorageFigures("/data", 123, 4, 5, 7, 890)
            {
                DeletedTraces = 6,
                Merges = 7,
                MergingSegments = 8,
                Settled = true,
                ExpiredSegments = 9,
            })
        {
            Freshness = new FreshnessFigures(0.012, 0.034, 0.05, 12, 1),
        };
    }
}
