using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Clew.Core.Model;
using Clew.Server.Api.Own;
using Clew.Server.Hosting.Configuration;
using Clew.Server.Hosting.Listeners;

namespace Clew.Server.SelfMonitoring.Probing;

/// <summary>The server over its own ports: OTLP over HTTP in, search of its own API out.</summary>
internal sealed class HttpProbeTarget : IProbeTarget, IDisposable
{
    private const string Service = "clew-probe";

    private readonly HttpClient http;
    private readonly Uri traces;
    private readonly Uri search;
    private readonly string? host;
    private readonly TimeProvider clock;

    private HttpProbeTarget(string otlp, string web, string? host, ProbeSecret secret, TimeProvider clock)
    {
        traces = new Uri($"http://{otlp}/v1/traces");
        search = new Uri($"http://{web}{OwnApi.Prefix}/search");
        this.host = host;
        this.clock = clock;
        // No proxy, and no trace of its own: a probe goes the short way and is seen by nobody.
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
        http.DefaultRequestHeaders.Add(ProbeSecret.Header, secret.Value);
    }

    /// <summary>The target where both ports are open, else null. Call when the server has started.</summary>
    public static HttpProbeTarget? Create(ListenerSetup listeners, ListenConfig config, ProbeSecret secret, TimeProvider clock)
    {
        if (listeners.LocalAddress(Listener.OtlpHttp) is not { } otlp || listeners.LocalAddress(Listener.Web) is not { } web)
        {
            return null;
        }
        string? host = config.AllowedHosts.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault(static name => name != "*");
        return new HttpProbeTarget(otlp, web, host, secret, clock);
    }

    public async Task<string?> SendAsync(TraceId traceId, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(Payload(traceId));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await http.PostAsync(traces, content, cancellationToken);
        return response.IsSuccessStatusCode ? null : $"the receiver answered {(int)response.StatusCode}";
    }

    public async Task<string?> FindAsync(TraceId traceId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{search}?service={Service}&limit=20"));
        request.Headers.Host = host;
        using var response = await http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return $"search answered {(int)response.StatusCode}";
        }
        using var answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
        string id = traceId.ToString();
        return answer.RootElement.GetProperty("traces").EnumerateArray().Any(trace => trace.GetProperty("traceId").GetString() == id)
            ? null
            : "search did not find it";
    }

    public void Dispose() => http.Dispose();

    private byte[] Payload(TraceId traceId)
    {
        string now = ((clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture);
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteStartArray("resourceSpans"u8);
        json.WriteStartObject();
        json.WriteStartObject("resource"u8);
        json.WriteStartArray("attributes"u8);
        json.WriteStartObject();
        json.WriteString("key"u8, "service.name"u8);
        json.WriteStartObject("value"u8);
        json.WriteString("stringValue"u8, Service);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("scopeSpans"u8);
        json.WriteStartObject();
        json.WriteStartArray("spans"u8);
        json.WriteStartObject();
        json.WriteString("traceId"u8, traceId.ToString());
        json.WriteString("spanId"u8, "0000000000000001"u8);
        json.WriteString("name"u8, "probe"u8);
        json.WriteNumber("kind"u8, 1);
        json.WriteString("startTimeUnixNano"u8, now);
        json.WriteString("endTimeUnixNano"u8, now);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
