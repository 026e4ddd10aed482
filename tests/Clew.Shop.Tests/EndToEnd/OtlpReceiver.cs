using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Shop.Hosting;

namespace Clew.Shop.Tests.EndToEnd;

/// <summary>Takes OTLP over HTTP and protobuf and keeps every span.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<SeenSpan> spans = [];
    private WebApplication? app;

    public Uri Address { get; private set; } = null!;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        receiver.app = await LoopbackServer.StartAsync([0], app =>
        {
            app.UseRouting();
            app.MapPost("/v1/traces", receiver.TakeAsync);
        });
        receiver.Address = new Uri($"http://127.0.0.1:{LoopbackServer.Ports(receiver.app)[0]}");
        return receiver;
    }

    public async ValueTask DisposeAsync() => await app!.DisposeAsync();

    /// <summary>What has come so far.</summary>
    public SeenSpan[] Spans()
    {
        lock (spans)
            return [.. spans];
    }

    /// <summary>Waits until enough has come to make an answer of.</summary>
    public async Task<T> WaitForAsync<T>(Func<SeenSpan[], T?> find, string what)
        where T : class
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (find(Spans()) is { } found)
                return found;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"{what} did not come.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var taken = WireReader.Spans(body.ToArray()).ToArray();
        lock (spans)
            spans.AddRange(taken);
        http.Response.ContentType = "application/x-protobuf";
    }
}
