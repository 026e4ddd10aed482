using System.Net;
using System.Text.Json.Nodes;

namespace Clew.EndToEnd;

/// <summary>Clew's own API, as a client would use it.</summary>
public sealed class ClewClient(ServerProcess server) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = new Uri(server.Web) };

    public async Task<JsonNode> GetAsync(string path)
    {
        using var response = await http.GetAsync(new Uri("/api/clew/v1" + path, UriKind.Relative));
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {(int)response.StatusCode} {body}\n{server.Log}");
        return JsonNode.Parse(body)!;
    }

    public async Task<HttpStatusCode> StatusOfAsync(string path)
    {
        using var response = await http.GetAsync(new Uri("/api/clew/v1" + path, UriKind.Relative));
        return response.StatusCode;
    }

    public async Task<HttpStatusCode> DeleteAsync(string path)
    {
        using var response = await http.DeleteAsync(new Uri("/api/clew/v1" + path, UriKind.Relative));
        return response.StatusCode;
    }

    /// <summary>Ids of all traces that match, page by page; fails where a page repeats one.</summary>
    public async Task<List<string>> SearchAllAsync(string query)
    {
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = await GetAsync($"/search?limit=1000&{query}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            Assert.Null(page["partial"]);
            ids.AddRange(page["traces"]!.AsArray().Select(trace => (string)trace!["traceId"]!));
            cursor = (string?)page["next"];
        }
        while (cursor is not null);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        return ids;
    }

    /// <summary>All spans of a trace, as OTLP JSON objects with their resource under <c>resource</c> and scope under <c>scope</c>.</summary>
    public async Task<List<JsonObject>> SpansAsync(string traceId)
    {
        var trace = await GetAsync($"/traces/{traceId}");
        var spans = new List<JsonObject>();
        foreach (var resource in trace["resourceSpans"]!.AsArray())
        {
            foreach (var scope in resource!["scopeSpans"]!.AsArray())
            {
                foreach (var span in scope!["spans"]!.AsArray())
                {
                    var copy = (JsonObject)span!.DeepClone();
                    copy["resource"] = resource["resource"]?.DeepClone();
                    copy["scope"] = scope["scope"]?.DeepClone();
                    spans.Add(copy);
                }
            }
        }
        return spans;
    }

    public void Dispose() => http.Dispose();

    /// <summary>An attribute's value as text, by its OTLP JSON type: <c>stringValue:x</c>; null where the key is missing.</summary>
    public static string? Attribute(JsonNode? attributes, string key) => attributes?.AsArray()
        .Where(attribute => (string?)attribute!["key"] == key)
        .Select(attribute => attribute!["value"]!.AsObject().Single())
        .Select(value => $"{value.Key}:{(value.Value is JsonValue simple ? simple.ToString() : value.Value!.ToJsonString())}")
        .SingleOrDefault();
}
